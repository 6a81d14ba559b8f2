import { expect, it } from 'vitest'
import { readSettings } from '../../express/src/settings.ts'

const environment = {
  KINDE_ISSUER_URL: 'https://issuer.example',
  KINDE_CLIENT_ID: 'express-demo',
  KINDE_CLIENT_SECRET: 'tests-only-0123456789-abcdefghijklmnop',
  KINDE_SITE_URL: 'http://localhost:4501',
  TREFOIL_SECRET: 'tests-only-0123456789-abcdefghijklmnop',
}

it.each([
  [undefined, ['https://issuer.example']],
  ['/goodbye', ['https://issuer.example']],
  ['https://www.example/goodbye', ['https://issuer.example', 'https://www.example']],
])('the Express demo lets a logout that ends at %s through its policy', (end, origins) => {
  const env = { ...environment, KINDE_POST_LOGOUT_REDIRECT_URL: end }
  expect(readSettings(env).formOrigins).toEqual(origins)
})
