import type { Session } from '@trefoil/core'
import type { ReactNode } from 'react'
import { expectTypeOf } from 'vitest'
import { createTestSession, type FixedStoreAction, TestAuthProvider } from '../../src/testing.tsx'

expectTypeOf(createTestSession).returns.toEqualTypeOf<Session>()
expectTypeOf(createTestSession).toBeCallableWith({ user: { name: 'Olivia Owner' } })
expectTypeOf<FixedStoreAction['parameters']>().toEqualTypeOf<readonly unknown[]>()

export const elements: readonly ReactNode[] = [
  <TestAuthProvider session="loading" />,
  <TestAuthProvider session={null} onAction={({ name }) => name} />,
  <TestAuthProvider session={{ permissions: ['read:reports'] }} accessToken={{}} />,
  // @ts-expect-error -- a test says who is signed in
  <TestAuthProvider />,
  // @ts-expect-error -- misspelled
  <TestAuthProvider session={{ permission: ['read:reports'] }} />,
]
