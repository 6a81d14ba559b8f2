import type { AuthStore } from '@trefoil/core/frontend'

/** What a user can do. Each function keeps its identity for as long as the provider stands. */
export type AuthActions = Pick<
  AuthStore,
  | 'login'
  | 'register'
  | 'logout'
  | 'switchOrganization'
  | 'createOrganization'
  | 'openPortal'
  | 'refresh'
>

/** Makes the actions of a store: plain functions, which can be handed on by themselves. */
export function createActions(store: AuthStore): AuthActions {
  return {
    login: async (request) => store.login(request),
    register: async (request) => store.register(request),
    logout: async () => store.logout(),
    switchOrganization: async (code, request) => store.switchOrganization(code, request),
    createOrganization: async (request) => store.createOrganization(request),
    openPortal: async (visit) => store.openPortal(visit),
    refresh: async () => store.refresh(),
  }
}
