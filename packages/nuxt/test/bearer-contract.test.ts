import { askRest, describeBearerContract } from '@trefoil/contract'
import { serve } from './serve.ts'
import { clientSecret, secret } from './site.ts'

describeBearerContract('Nuxt 4', async ({ port, issuerUrl, audience, timeout }) => {
  const { url, close } = await serve('app', port, {
    KINDE_ISSUER_URL: issuerUrl,
    KINDE_CLIENT_ID: 'fixture',
    KINDE_CLIENT_SECRET: clientSecret,
    KINDE_SITE_URL: `http://localhost:${port}`,
    KINDE_AUDIENCE: audience,
    TREFOIL_SECRET: secret,
    NUXT_TREFOIL_TIMEOUT: String(timeout),
  })
  return { ask: (question) => askRest(`${url}/api/bearer`, question), close }
})
