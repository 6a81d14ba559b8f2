import type { AuthActions, AuthSnapshot, AuthStore } from '@trefoil/core/frontend'

/** What happened to a fixed store: the name of the action, and what it was called with. */
export interface FixedStoreAction {
  readonly name: keyof AuthActions
  readonly parameters: readonly unknown[]
}

/** Makes a store whose snapshot never changes; actions are only told. */
export function createFixedStore(
  snapshot: AuthSnapshot,
  onAction: (action: FixedStoreAction) => void = () => undefined,
): AuthStore {
  const act =
    (name: FixedStoreAction['name']) =>
    async (...parameters: readonly unknown[]): Promise<void> =>
      onAction({ name, parameters: parameters.filter((each) => each !== undefined) })
  return {
    getSnapshot: () => snapshot,
    getServerSnapshot: () => snapshot,
    subscribe: () => () => undefined,
    login: act('login'),
    register: act('register'),
    logout: act('logout'),
    switchOrganization: act('switchOrganization'),
    createOrganization: act('createOrganization'),
    openPortal: act('openPortal'),
    refresh: act('refresh'),
  }
}

/** It is not known yet whether somebody is signed in. */
export const loadingSnapshot: AuthSnapshot = {
  status: 'loading',
  session: null,
  error: null,
  isStale: false,
}
