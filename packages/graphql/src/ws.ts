import { TrefoilError } from '@trefoil/core'
import type { GraphQLError } from 'graphql'
import type { Context } from 'graphql-ws'
import { toGraphqlError } from './auth-error.ts'
import { type AuthContext, createAuth } from './auth.ts'
import { type AuthOptions, createAuthentication } from './authentication.ts'
import type { Caller } from './caller.ts'
import { startDeadline } from './deadline.ts'

/** The parameters that a client sends when it connects. */
export type ConnectionParams = Record<string, unknown> | undefined

/** The part of the `extra` of `graphql-ws` that is used: a socket that can be closed. */
export interface SocketExtra {
  readonly socket: { close(code?: number, reason?: string): void }
}

/** A connection, as `graphql-ws` hands it to its hooks. */
export type Connection = Context<ConnectionParams, SocketExtra>

/** Hooks for the options of `useServer`. */
export interface SocketAuth {
  readonly onConnect: (connection: Connection) => Promise<boolean>
  readonly onSubscribe: (connection: Connection) => GraphQLError[] | undefined
  readonly onClose: (connection: Connection) => void
  /** Gives the context of an operation; throws when `onConnect` did not run. */
  readonly context: (connection: Connection) => AuthContext
}

interface Connected {
  readonly context: AuthContext
  readonly isCurrent: () => boolean
  readonly stop: () => void
}

/**
 * Makes the hooks of a `graphql-ws` server. The access token comes as `authorization: 'Bearer …'` in the
 * client's `connectionParams`; a session does not count, because any site can open a socket with it.
 *
 * The socket is closed with 4403 when the token is no good, and when it expires: the client connects
 * again with a new one. It is closed with 4401 when `required` and no token came, and with 1013 when
 * the key set cannot be had. Throws {@link ConfigurationError} at once for an option that does not exist.
 *
 * @example
 * useServer({ schema, ...createSocketAuth({ audience: 'https://reports.example' }) }, webSocketServer)
 */
export function createSocketAuth(options: AuthOptions = {}): SocketAuth {
  const { authenticate, clock } = createAuthentication(options)
  const connected = new WeakMap<Connection, Connected>()
  const gone = new WeakSet<Connection>()

  return {
    async onConnect(connection) {
      const header = (name: string): string | undefined => readParam(connection, name)
      const caller = await authenticate({ header }).catch(toTrefoilError)
      if (caller instanceof TrefoilError) return refuse(connection, caller)
      if (gone.has(connection)) return false
      connected.set(connection, connect(caller, connection, clock))
      return true
    },
    onSubscribe(connection) {
      if (find(connected, connection).isCurrent()) return undefined
      expire(connection)
      return [toGraphqlError(new TrefoilError('token_invalid'))]
    },
    onClose(connection) {
      gone.add(connection)
      connected.get(connection)?.stop()
    },
    context: (connection) => find(connected, connection).context,
  }
}

function connect(caller: Caller, connection: Connection, clock: () => number): Connected {
  if (caller.kind === 'nobody' || !caller.bearer) {
    return { context: { auth: createAuth(caller) }, isCurrent: () => true, stop: () => undefined }
  }
  const expiresAt = caller.bearer.expiresAt * 1000
  const isCurrent = (): boolean => clock() < expiresAt
  const stop = startDeadline(expiresAt, clock, () => expire(connection))
  return { context: { auth: createAuth(caller, { isCurrent }) }, isCurrent, stop }
}

function find(connected: WeakMap<Connection, Connected>, connection: Connection): Connected {
  const found = connected.get(connection)
  if (found) return found
  throw new Error(
    'The connection has no caller: call onConnect of createSocketAuth where you have one of your own.',
  )
}

function refuse({ extra }: Connection, { code, status }: TrefoilError): false {
  if (code === 'token_missing') extra.socket.close(4401, 'Unauthorized')
  else if (status === 503) extra.socket.close(1013, 'Try again later')
  else if (status === 500) extra.socket.close(4500, 'Internal server error')
  else extra.socket.close(4403, 'Forbidden')
  return false
}

// Clients of graphql-ws connect again after 4403, and give up for good after 4401.
function expire({ extra }: Connection): void {
  extra.socket.close(4403, 'Forbidden')
}

function readParam({ connectionParams = {} }: Connection, name: string): string | undefined {
  const [, value] =
    Object.entries(connectionParams).find(([key]) => key.toLowerCase() === name) ?? []
  return typeof value === 'string' ? value : undefined
}

function toTrefoilError(error: unknown): TrefoilError {
  if (error instanceof TrefoilError) return error
  throw error
}
