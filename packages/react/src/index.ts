export type { AccessToken, AuthActions } from '@trefoil/core/frontend'
export {
  CreateOrganizationLink,
  type CreateOrganizationLinkProps,
  LoginLink,
  type LoginLinkProps,
  RegisterLink,
  SwitchOrganizationLink,
  type SwitchOrganizationLinkProps,
} from './auth-links.tsx'
export {
  AuthProvider,
  type AuthProviderProps,
  type FrontendProviderProps,
  type SessionProviderProps,
  type StoreProviderProps,
} from './auth-provider.tsx'
export { FrontendProvider } from './frontend-provider.tsx'
export { LogoutLink, type LogoutLinkProps } from './logout-link.tsx'
export { PortalLink, type PortalLinkProps } from './portal-link.tsx'
export { Protect, type ProtectProps, type Refusal } from './protect.tsx'
export { RedirectToLogin, type RedirectToLoginProps } from './redirect-to-login.tsx'
export { SessionProvider } from './session-provider.tsx'
export { SignedIn, SignedOut } from './signed-in.tsx'
export { useAccessToken } from './use-access-token.ts'
export { type Auth, type AuthState, useAuth } from './use-auth.ts'
export { useFlag } from './use-flag.ts'
export { useOrganization } from './use-organization.ts'
export { usePermission } from './use-permission.ts'
export { useUser } from './use-user.ts'
