import type { ApolloServerPlugin } from '@apollo/server'
import type { Request } from 'express'
import { expectTypeOf } from 'vitest'
import { authPlugin, createApolloContext } from '../../src/apollo.ts'
import type { AuthContext } from '../../src/index.ts'

expectTypeOf(authPlugin).returns.toEqualTypeOf<ApolloServerPlugin<AuthContext>>()
const context = createApolloContext<Request>({
  audience: 'https://a.example',
  session: (req) => (req.ip === undefined ? null : undefined),
})
expectTypeOf(context).returns.resolves.toEqualTypeOf<AuthContext>()
// @ts-expect-error -- misspelled
createApolloContext({ audiences: ['https://a.example'] })
