'use client'

import { decide, type Decision, type Requirement } from '@trefoil/core'
import type { AuthSnapshot } from '@trefoil/core/frontend'
import type { ReactElement, ReactNode } from 'react'
import { useSelection } from './use-selection.ts'

/** Why {@link Protect} did not show its children. */
export type Refusal = Exclude<Decision, { readonly allowed: true }>

/** What {@link Protect} takes. */
export interface ProtectProps {
  /** What is needed. Left out, it is enough to be signed in. */
  readonly require?: Requirement
  /** Shown to who may not see the children; a function is told why. Default: nothing. */
  readonly fallback?: ReactNode | ((refusal: Refusal) => ReactNode)
  /** Shown while it is not known yet who is signed in. Default: nothing. */
  readonly loading?: ReactNode
  readonly children?: ReactNode
}

/**
 * Shows its children to who meets the requirement. It hides what is on the page, and protects no data:
 * the API that gives the data decides again.
 *
 * @example
 * <Protect require={{ permissions: ['read:reports'] }} fallback={<p>Ask for the permission.</p>}>
 *   <Reports />
 * </Protect>
 */
export function Protect({ require = {}, fallback, loading, children }: ProtectProps): ReactElement {
  const decision = useSelection('<Protect>', (snapshot) => decideOn(snapshot, require))
  if (decision === 'loading') return <>{loading}</>
  if (decision.allowed) return <>{children}</>
  return <>{typeof fallback === 'function' ? fallback(decision) : fallback}</>
}

function decideOn(snapshot: AuthSnapshot, requirement: Requirement): Decision | 'loading' {
  return snapshot.status === 'loading' ? 'loading' : decide(snapshot.session, requirement)
}
