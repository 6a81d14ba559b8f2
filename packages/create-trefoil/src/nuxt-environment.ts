// `runtimeConfig.trefoil`, which Nuxt fills from the environment; what it says wins.
const names: Readonly<Record<string, string>> = {
  NUXT_TREFOIL_PRESET: 'TREFOIL_PRESET',
  NUXT_TREFOIL_ISSUER: 'KINDE_ISSUER_URL',
  NUXT_TREFOIL_CLIENT_ID: 'KINDE_CLIENT_ID',
  NUXT_TREFOIL_CLIENT_SECRET: 'KINDE_CLIENT_SECRET',
  NUXT_TREFOIL_SITE_URL: 'KINDE_SITE_URL',
  NUXT_TREFOIL_SECRET: 'TREFOIL_SECRET',
  NUXT_TREFOIL_AUDIENCE: 'KINDE_AUDIENCE',
  NUXT_TREFOIL_SCOPE: 'KINDE_SCOPE',
  NUXT_TREFOIL_POST_LOGIN_REDIRECT_URL: 'KINDE_POST_LOGIN_REDIRECT_URL',
  NUXT_TREFOIL_POST_LOGOUT_REDIRECT_URL: 'KINDE_POST_LOGOUT_REDIRECT_URL',
  NUXT_TREFOIL_COOKIE_DOMAIN: 'KINDE_COOKIE_DOMAIN',
}

/** What Nuxt's own variables say, under the names that every adapter reads. */
export function readNuxtVariables(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const entries = Object.entries(names).flatMap(([name, common]) => {
    const value = env[name]
    return value ? [[common, value] as const] : []
  })
  return Object.fromEntries(entries)
}
