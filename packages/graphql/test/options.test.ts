import { describe, expect, it } from 'vitest'
import { createApolloContext } from '../src/apollo.ts'
import { createHttpContext } from '../src/http.ts'
import * as names from '../src/index.ts'
import { ConfigurationError, createBearerVerifier } from '../src/index.ts'
import { createSocketAuth } from '../src/ws.ts'

describe.each([
  ['createApolloContext', createApolloContext],
  ['createHttpContext', createHttpContext],
  ['createSocketAuth', createSocketAuth],
])('%s', (_name, create) => {
  it('refuses an option that does not exist', () => {
    // @ts-expect-error -- a misspelled option
    expect(() => create({ audiense: 'https://api.example' })).toThrow(ConfigurationError)
  })

  it('refuses an option of the verifier beside one made before', () => {
    const verifier = createBearerVerifier({ env: {} })
    expect(() => create({ verifier, audience: 'https://api.example' })).toThrow(
      /audience: it has no effect beside verifier/,
    )
    expect(() => create({ verifier, required: true, onRefused: () => undefined })).not.toThrow()
  })
})

it('gives an application all that it needs by name, and nothing else', () => {
  expect(Object.keys(names).toSorted()).toEqual([
    'AccessDeniedError',
    'ConfigurationError',
    'TrefoilError',
    'authTypeDefs',
    'createAuth',
    'createBearerVerifier',
    'getAuth',
    'guard',
    'protectSchema',
    'toGraphqlError',
  ])
})
