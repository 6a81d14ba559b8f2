import * as core from '@trefoil/core'
import { expect, it } from 'vitest'
import * as names from '../src/index.ts'

it('gives an application all that it needs by name, and nothing else', () => {
  expect(Object.keys(names).toSorted()).toEqual([
    'AccessDeniedError',
    'ConfigurationError',
    'ProviderError',
    'TrefoilError',
    'createBackendApp',
    'createBearerGuard',
    'createMachineApp',
    'createMemoryStore',
    'createUnstorageStore',
    'errorHandler',
    'getAuth',
    'requireAuth',
    'requireBearer',
    'trefoil',
  ])
})

it('passes the errors of the core on as they are, so that instanceof holds', () => {
  expect(names.TrefoilError).toBe(core.TrefoilError)
  expect(new names.AccessDeniedError({})).toBeInstanceOf(core.AccessDeniedError)
})
