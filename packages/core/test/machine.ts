import { createMachineApp, type MachineApp, type MachineOptions } from '../src/machine-app.ts'
import { createFakeProvider, type FakeProvider, paths } from './fake-provider.ts'

/** The API that machine tokens are for. */
export const api = 'https://api.example'

/** A request as an API, or whoever it was sent to, saw it. */
export interface ApiRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  readonly body: string
  /** What `fetch` was told. */
  readonly init: RequestInit
}

/** A machine application, its authorization server and every other server in one. */
export interface Machine {
  readonly app: MachineApp
  readonly fake: FakeProvider
  readonly time: { now: number }
  /** Requests that did not go to the authorization server, newest last. */
  readonly sent: ApiRequest[]
  /** Answers those requests; 200 by default. */
  answer: (request: ApiRequest) => Response | Promise<Response>
  /** Another application at the same servers. */
  create(options?: MachineOptions): MachineApp
  /** How many tokens were asked for. */
  tokenRequests(): number
}

/** Makes a {@link Machine}; its tokens are `token-1`, `token-2` and so on, for an hour each. */
export async function createMachine(options: MachineOptions = {}): Promise<Machine> {
  const time = { now: Date.UTC(2026, 10, 25) }
  const fake = await createFakeProvider({ clock: () => time.now })
  fake.tokenAnswer = async () => ({
    access_token: `token-${fake.to(paths.token).length}`,
    token_type: 'Bearer',
    expires_in: 3600,
  })
  const route: typeof fetch = async (input, init = {}) => {
    const request = new Request(input, init)
    const url = new URL(request.url)
    if (url.origin === fake.issuer && !url.pathname.startsWith('/api/')) {
      return fake.fetch(input, init)
    }
    const { method, headers } = request
    const seen: ApiRequest = { method, url, headers, body: await request.text(), init }
    machine.sent.push(seen)
    return machine.answer(seen)
  }
  const create = (changes: MachineOptions = {}): MachineApp =>
    createMachineApp({
      issuer: fake.issuer,
      clientId: 'machine-1',
      clientSecret: 'machine-secret-1',
      audience: api,
      fetch: route,
      clock: () => time.now,
      env: {},
      ...changes,
    })
  const machine: Machine = {
    app: create(options),
    fake,
    time,
    sent: [],
    answer: () => new Response('fine'),
    create,
    tokenRequests: () => fake.to(paths.token).length,
  }
  return machine
}

/** A cache for several applications, and what it holds. */
export interface SharedCache {
  readonly values: Map<string, string>
  readonly times: number[]
  get(key: string): Promise<string | undefined>
  set(key: string, value: string, timeToLive: number): Promise<void>
}

/** Makes a {@link SharedCache}. */
export function createSharedCache(): SharedCache {
  const values = new Map<string, string>()
  const times: number[] = []
  return {
    values,
    times,
    get: async (key) => values.get(key),
    async set(key, value, timeToLive) {
      values.set(key, value)
      times.push(timeToLive)
    },
  }
}
