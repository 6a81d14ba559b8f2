import { randomBytes } from 'node:crypto'
import type { Page } from '@trefoil/contract/browser'
import type { App } from './app.ts'
import { createPerson, type Person } from './person.ts'

/** A request that means no good; `person` is somebody who is signed in. */
export type Hostility = (app: App, person: Person) => Promise<Page>

const junk = (bytes: number): string => randomBytes(bytes).toString('base64url')

/** The requests that a site meets every day, each with what it must be answered with. */
export const hostilities: readonly {
  readonly name: string
  readonly statuses: readonly number[]
  readonly send: Hostility
}[] = [
  {
    name: 'a callback that nobody asked for',
    statuses: [400],
    send: (app) => stranger().visit(`${app.url}/auth/callback?code=${junk(24)}&state=${junk(24)}`),
  },
  {
    name: 'a callback with two states',
    statuses: [400],
    send: (app) => stranger().visit(`${app.url}/auth/callback?code=a&state=b&state=c`),
  },
  {
    name: 'a cookie that was tampered with',
    statuses: [401],
    send: (app, person) => {
      const cookies = [...person.browser.cookies].map(([name, value]): [string, string] => [
        name,
        `${value.slice(0, -8)}${junk(6)}`,
      ])
      return createPerson(person.id, new Map(cookies)).get(app)
    },
  },
  {
    name: 'cookies without end',
    statuses: [401],
    send: (app) => {
      const cookies = Array.from({ length: 50 }, (_, index): [string, string] => [
        `soak.session.${index}`,
        junk(100),
      ])
      return createPerson('kp_0', new Map(cookies)).get(app)
    },
  },
  {
    name: 'a logout token of nobody',
    // 404 where nothing could remember a logout.
    statuses: [400, 404],
    send: (app) =>
      stranger().send(`${app.url}/auth/backchannel-logout`, {
        method: 'POST',
        form: { logout_token: `${junk(40)}.${junk(200)}.${junk(256)}` },
      }),
  },
  {
    name: 'a logout from another site',
    statuses: [403],
    send: (app, person) =>
      createPerson(person.id, person.browser.cookies).browser.send(`${app.url}/auth/logout`, {
        method: 'POST',
        headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      }),
  },
  {
    name: 'a return path to another site',
    statuses: [302],
    send: (app) => stranger().send(`${app.url}/auth/login?returnTo=%2F%5Cevil.example`),
  },
  {
    name: 'a method that is none of the route',
    statuses: [405],
    send: (app) => stranger().send(`${app.url}/auth/login`, { method: 'DELETE' }),
  },
  {
    name: 'a bearer token of nobody',
    statuses: [401],
    send: (app) =>
      stranger().fetch(`${app.url}/api`, {
        headers: { authorization: `Bearer ${junk(40)}.${junk(300)}.${junk(256)}` },
      }),
  },
]

function stranger(): Person['browser'] {
  return createPerson('kp_0').browser
}
