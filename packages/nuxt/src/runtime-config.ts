import type { PresetName } from '@trefoil/core'
import { createBackendApp } from '@trefoil/core/backend'
import type { Nuxt } from '@nuxt/schema'
import { emptyRuntimeConfig, type Flow, type ModuleOptions, placeholders } from './module-options'
import type { BrowserOptions, PublicSettings } from './runtime/public-settings'

/** Adds `runtimeConfig.trefoil`, which `NUXT_TREFOIL_*` can set; secrets stay in it. */
export function addPrivateConfig(
  { protect: _protect, flow: _flow, browser: _browser, ...options }: ModuleOptions,
  nuxt: Nuxt,
): void {
  const { runtimeConfig } = nuxt.options
  const own: unknown = runtimeConfig['trefoil']
  const session = { ...Object(emptyRuntimeConfig['session']), ...options.session }
  runtimeConfig['trefoil'] = { ...emptyRuntimeConfig, ...options, session, ...Object(own) }
}

/** Adds `runtimeConfig.public.trefoil`, which the browser is told. */
export function addPublicConfig(options: ModuleOptions, flow: Flow, nuxt: Nuxt): void {
  const settings: PublicSettings = {
    basePath: options.basePath ?? '/auth',
    protect: options.protect ?? false,
    ...(flow === 'frontend' && { frontend: readBrowserOptions(options) }),
  }
  const own: unknown = nuxt.options.runtimeConfig.public['trefoil']
  nuxt.options.runtimeConfig.public['trefoil'] = { ...settings, ...Object(own) }
}

// A browser has no environment, so what is public of it is built in, and `NUXT_PUBLIC_TREFOIL_FRONTEND_*`
// can still set it where a server sends the page.
function readBrowserOptions(options: ModuleOptions): BrowserOptions {
  const { env } = process
  return {
    ...options.browser,
    preset: options.preset ?? readPreset(env['TREFOIL_PRESET']),
    issuer: options.issuer ?? env['KINDE_ISSUER_URL'] ?? '',
    clientId: options.clientId ?? env['KINDE_CLIENT_ID'] ?? '',
    audience: options.audience ?? env['KINDE_AUDIENCE'] ?? '',
    scope: options.scope ?? env['KINDE_SCOPE'] ?? '',
    redirectUri: options.callbackPath ?? '/callback',
    postLoginPath: options.postLoginRedirectUrl ?? '/',
    postLogoutRedirectUrl:
      options.postLogoutRedirectUrl ?? env['KINDE_POST_LOGOUT_REDIRECT_URL'] ?? '',
    ...(options.apiOrigins && { allowedOrigins: options.apiOrigins }),
    ...(options.authorizationParameters && {
      authorizationParameters: options.authorizationParameters,
    }),
    ...(options.timeout !== undefined && { timeout: options.timeout }),
    ...(options.clockTolerance !== undefined && { clockTolerance: options.clockTolerance }),
    ...(options.algorithms && { algorithms: options.algorithms }),
  }
}

// The core knows which there are, and says so where it is another.
function readPreset(name: string | undefined): PresetName {
  const env = { TREFOIL_PRESET: name }
  return createBackendApp({ ...placeholders, env }).configure().preset.name
}
