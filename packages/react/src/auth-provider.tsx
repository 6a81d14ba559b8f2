'use client'

import type { AuthStore, FrontendOptions } from '@trefoil/core/frontend'
import type { ReactElement, ReactNode } from 'react'
import { FrontendProvider } from './frontend-provider.tsx'
import { SessionProvider, type SessionProviderOptions } from './session-provider.tsx'
import { StoreProvider } from './store-provider.tsx'

type Without<Names extends PropertyKey> = { readonly [Name in Names]?: never }

/** A front-end app: the browser signs in by itself. */
export type FrontendProviderProps = FrontendOptions & Without<'session' | 'basePath' | 'store'>

/** A server holds the session, such as Express, Next or Nuxt with Trefoil. */
export type SessionProviderProps = SessionProviderOptions & Without<keyof FrontendOptions | 'store'>

/** A store of your own making, such as an app that your router's loaders use as well. */
export type StoreProviderProps = Without<keyof FrontendOptions | 'session'> & {
  readonly store: AuthStore
  /** Where the server's routes stand, for the store of a server session. Default: `/auth`. */
  readonly basePath?: string
}

/** What {@link AuthProvider} takes: one of three, never a mixture. */
export type AuthProviderProps = { readonly children?: ReactNode } & (
  | FrontendProviderProps
  | SessionProviderProps
  | StoreProviderProps
)

/**
 * Tells everything below it who is signed in.
 *
 * With the options of a front-end app it signs in by itself, and handles the redirect that comes back.
 * The options are read once; mistakes in them are the `error` of `useAuth()`. With `session` or
 * `basePath` a server holds the session; components that need a promised session suspend until it is
 * there (React 19), or are in the state `loading` (React 18). With `store` it uses yours, and starts it.
 *
 * @example
 * <AuthProvider issuer="https://example.kinde.com" clientId="4b1…">
 *   <App />
 * </AuthProvider>
 */
export function AuthProvider(props: AuthProviderProps): ReactElement {
  if (isStore(props)) return <StoreProvider {...props} />
  return isSession(props) ? <SessionProvider {...props} /> : <FrontendProvider {...props} />
}

function isStore(props: AuthProviderProps): props is StoreProviderProps & { children?: ReactNode } {
  return 'store' in props && props.store !== undefined
}

function isSession(
  props: AuthProviderProps,
): props is SessionProviderProps & { children?: ReactNode } {
  return 'session' in props || 'basePath' in props
}
