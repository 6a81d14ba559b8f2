'use client'

import { type FlagKey, getFlag, type JsonValue, type Widen } from '@trefoil/core'
import { useSelection } from './use-selection.ts'

/**
 * A feature flag's value, or `fallback` while the session loads, for nobody, and when the flag is
 * unknown or of another type than the fallback.
 *
 * @example
 * const theme = useFlag('theme', 'light')
 */
export function useFlag<Value extends JsonValue>(
  key: FlagKey,
  fallback: Value,
): Widen<Value> | Value {
  return useSelection('useFlag()', ({ session }) => getFlag(session, key, fallback))
}
