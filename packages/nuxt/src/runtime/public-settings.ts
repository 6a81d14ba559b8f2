import type { FrontendOptions } from '@trefoil/core/frontend'

/** What the browser is told, under `runtimeConfig.public.trefoil`: no secret. */
export interface PublicSettings {
  /** Where the server's routes stand, below the app's base URL. */
  readonly basePath: string
  readonly protect: boolean
  /** The options of a front-end app; absent when a server holds the session. */
  readonly frontend?: BrowserOptions
}

/** The options of a front-end app that a configuration file and the environment can give. */
export type BrowserOptions = Pick<
  FrontendOptions,
  | 'preset'
  | 'issuer'
  | 'clientId'
  | 'audience'
  | 'scope'
  | 'redirectUri'
  | 'postLoginPath'
  | 'postLogoutRedirectUrl'
  | 'storage'
  | 'allowedOrigins'
  | 'authorizationParameters'
  | 'timeout'
  | 'clockTolerance'
  | 'algorithms'
  | 'silentLogin'
  | 'idleTimeout'
>
