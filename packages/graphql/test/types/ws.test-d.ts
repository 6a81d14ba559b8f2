import type { ServerOptions } from 'graphql-ws'
import { expectTypeOf } from 'vitest'
import type { AuthContext } from '../../src/index.ts'
import {
  type ConnectionParams,
  createSocketAuth,
  type SocketAuth,
  type SocketExtra,
} from '../../src/ws.ts'

const auth = createSocketAuth({ audience: 'https://a.example' })
expectTypeOf(auth).toEqualTypeOf<SocketAuth>()
expectTypeOf<SocketAuth['context']>().returns.toEqualTypeOf<AuthContext>()
// It is given to graphql-ws as it is.
expectTypeOf<Pick<SocketAuth, 'onConnect' | 'onSubscribe' | 'onClose'>>().toExtend<
  Pick<ServerOptions<ConnectionParams, SocketExtra>, 'onConnect' | 'onSubscribe' | 'onClose'>
>()
// @ts-expect-error -- a socket has no session
createSocketAuth({ session: () => null })
