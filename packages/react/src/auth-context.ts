'use client'

import { TrefoilError } from '@trefoil/core'
import { type Context, createContext, useContext } from 'react'
import type { AuthScope } from './auth-scope.ts'
import type { PendingScope } from './pending-scope.ts'

/** A scope that is pending stands here only where React can unwrap a promise. */
export const AuthContext: Context<AuthScope | PendingScope | null> = createContext<
  AuthScope | PendingScope | null
>(null)

/**
 * The scope of the nearest provider; suspends while its session is a promise. Throws
 * `configuration_invalid` when there is no provider.
 */
export function useAuthScope(caller: string): AuthScope {
  const scope = useContext(AuthContext)
  if (scope === null) throw missingProvider(caller)
  return 'pending' in scope ? scope.unwrap() : scope
}

function missingProvider(caller: string): TrefoilError {
  return new TrefoilError('configuration_invalid', {
    message: `${caller} finds no <AuthProvider> above it: put the provider around the whole app. If there is one, two copies of @trefoil/react are installed.`,
  })
}
