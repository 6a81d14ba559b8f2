import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { readAnotherProvider } from '../support/another-provider.ts'
import { listLeftOut, otherSpecs, portableSpecs, tags } from '../support/portability.ts'

// What may be played at another provider than the local issuer. Nothing is started here.

const files = readdirSync(import.meta.dirname).map((file) => file.replace('.spec.ts', ''))
const provider = {
  E2E_ISSUER_URL: 'https://id.example',
  E2E_PRESET: 'oidc',
  E2E_FRONTEND_CLIENT_ID: 'page',
  E2E_USER_EMAIL: 'ada@example.org',
  E2E_USER_PASSWORD: 'hush',
}

test('every file of specs is for any provider, or says why it is not', () => {
  const named = [...portableSpecs, ...Object.keys(otherSpecs)]
  expect(named.sort()).toEqual(files.sort())
})

test('every tag is one that says why, and none is left over', () => {
  const used = portableSpecs.flatMap((name) => {
    const text = readFileSync(new URL(`${name}.spec.ts`, import.meta.url), 'utf8')
    return text.match(/(?<=tag: ')@\w+/g) ?? []
  })
  expect([...new Set(used)].sort()).toEqual(Object.keys(tags).sort())
})

test('what a provider cannot do is left out, and nothing else', () => {
  const parts = { cancel: 'button' }
  const always = ['@kinde', '@issuer', '@registration', '@look']
  expect(listLeftOut({ issuerUrl: 'https://id.example', parts: {} })).toEqual(
    expect.arrayContaining([...always, '@cancel']),
  )
  expect(listLeftOut({ issuerUrl: 'https://id.example', parts })).toEqual(
    expect.arrayContaining([...always, '@frame']),
  )
  expect(listLeftOut({ issuerUrl: 'http://localhost:1', parts }).sort()).toEqual(always.sort())
})

test('without an issuer there is no other provider', () => {
  expect(readAnotherProvider({ ...provider, E2E_ISSUER_URL: ' ' })).toBeUndefined()
})

test('a front-end application is told no secret, and Kinde is what is meant unless it is said', () => {
  const { E2E_PRESET: _preset, ...kinde } = provider
  expect(readAnotherProvider({ ...kinde, E2E_SCOPE: 'openid' })).toMatchObject({
    preset: 'kinde',
    backend: undefined,
    frontend: {
      KINDE_ISSUER_URL: 'https://id.example',
      KINDE_CLIENT_ID: 'page',
      KINDE_SCOPE: 'openid',
      TREFOIL_PRESET: 'kinde',
    },
    person: { email: 'ada@example.org', name: /\S/ },
  })
  const both = { ...provider, E2E_CLIENT_ID: 'site', E2E_CLIENT_SECRET: 'shh' }
  const read = readAnotherProvider(both)
  expect(read?.backend).toMatchObject({ KINDE_CLIENT_ID: 'site', KINDE_CLIENT_SECRET: 'shh' })
  expect(JSON.stringify(read?.frontend)).not.toContain('shh')
})

test('everything that is missing or wrong is told at once', () => {
  const wrong = { E2E_ISSUER_URL: 'id.example', E2E_PRESET: 'auth0', E2E_CLIENT_SECRET: 'shh' }
  const read = (): unknown => readAnotherProvider(wrong)
  for (const name of ['E2E_ISSUER_URL', 'E2E_PRESET', 'E2E_USER_EMAIL', 'E2E_CLIENT_ID']) {
    expect(read).toThrow(name)
  }
  expect(read).not.toThrow('shh')
})
