import { viewRequest } from '@trefoil/core'
import { createBackendApp } from '@trefoil/core/backend'
import { describe, expect, it } from 'vitest'
import { answerRoute } from './routes.ts'

const app = createBackendApp({
  issuer: 'https://issuer.example',
  clientId: 'client',
  clientSecret: 'client-secret-0123456789',
  siteUrl: 'https://app.example',
  secret: 'a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6',
  env: {},
  onEvent: () => undefined,
})

async function statusOf(path: string): Promise<number | undefined> {
  return (await answerRoute(viewRequest(new Request(`https://app.example${path}`)), app))?.status
}

describe('our routes', () => {
  it.each(['/auth/session', '/auth/session/', '/auth/session?a=/', '/auth/session/?a=b?c=/'])(
    'answer with and without the slash of trailingSlash: %s',
    async (path) => {
      expect(await statusOf(path)).toBe(200)
    },
  )

  it.each(['/', '/auth', '/auth/', '/auth/sessions', '/auth//session', '/x?y=/auth/session'])(
    'are nothing else: %s',
    async (path) => {
      expect(await statusOf(path)).toBeUndefined()
    },
  )
})
