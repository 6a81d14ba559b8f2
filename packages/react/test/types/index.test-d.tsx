import type { Decision, Session, TrefoilError, User } from '@trefoil/core'
import type { FrontendApp } from '@trefoil/core/frontend'
import type { ComponentProps, ReactNode } from 'react'
import { expectTypeOf } from 'vitest'
import {
  type AccessToken,
  type Auth,
  FrontendProvider,
  LoginLink,
  type LogoutLink,
  Protect,
  RedirectToLogin,
  type Refusal,
  type SessionProvider,
  useAccessToken,
  useAuth,
  useFlag,
  useOrganization,
  usePermission,
  useUser,
} from '../../src/index.ts'

// Hooks.
expectTypeOf(useAuth).toEqualTypeOf<() => Auth>()
expectTypeOf<Extract<Auth, { isAuthenticated: true }>['user']>().toEqualTypeOf<User>()
expectTypeOf<Auth['user']>().toEqualTypeOf<User | null>()
expectTypeOf<Auth['error']>().toEqualTypeOf<TrefoilError | null>()
expectTypeOf(useUser).returns.toEqualTypeOf<User | null>()
expectTypeOf(useOrganization).returns.toEqualTypeOf<Session['organization']>()
expectTypeOf(usePermission).returns.toEqualTypeOf<boolean>()
expectTypeOf(useFlag<false>).returns.toEqualTypeOf<boolean>()
expectTypeOf(useAccessToken).returns.toEqualTypeOf<AccessToken>()
expectTypeOf<AccessToken>().toEqualTypeOf<Pick<FrontendApp, 'getAccessToken' | 'fetch'>>()

// Components.
expectTypeOf<Refusal>().toEqualTypeOf<Exclude<Decision, { readonly allowed: true }>>()
expectTypeOf<ComponentProps<typeof LoginLink>>().not.toHaveProperty('href')
expectTypeOf<ComponentProps<typeof LogoutLink>>().not.toHaveProperty('type')
expectTypeOf<ComponentProps<typeof SessionProvider>['session']>().toEqualTypeOf<
  Session | null | Promise<Session | null> | undefined
>()

export const elements: readonly ReactNode[] = [
  <Protect require={{ anyPermission: ['a', 'b'] }} fallback={({ reason }) => reason} />,
  <RedirectToLogin returnTo="/here">{(error) => error?.wayOut}</RedirectToLogin>,
  <LoginLink organization="org_a" loginHint="a@example.com" className="button" />,
  // @ts-expect-error -- what is missing is only known of who is signed in
  <Protect fallback={(refusal) => Object.keys(refusal.missing)} />,
  // @ts-expect-error -- a front-end app asks no server
  <FrontendProvider issuer="https://a.example" clientId="a" session={null} />,
  // @ts-expect-error -- a sign-in is for one organization
  <LoginLink organization={['org_a']} />,
]
