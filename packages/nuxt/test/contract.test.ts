import { describeAdapterContract } from '@trefoil/contract'
import { serve } from './serve.ts'

describeAdapterContract('Nuxt 4', (settings) => {
  const { store, timeout, idleTimeout, absoluteTimeout } = settings
  return serve('app', settings.port, {
    KINDE_ISSUER_URL: settings.issuerUrl,
    KINDE_CLIENT_ID: settings.clientId,
    KINDE_CLIENT_SECRET: settings.clientSecret,
    KINDE_SITE_URL: `http://localhost:${settings.port}`,
    TREFOIL_SECRET: settings.secrets.join(','),
    NUXT_TREFOIL_TIMEOUT: timeout?.toString(),
    NUXT_TREFOIL_SESSION_IDLE_TIMEOUT: idleTimeout?.toString(),
    NUXT_TREFOIL_SESSION_ABSOLUTE_TIMEOUT: absoluteTimeout?.toString(),
    CONTRACT_STORE: store,
  })
})
