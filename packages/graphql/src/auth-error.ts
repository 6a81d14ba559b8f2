import {
  AccessDeniedError,
  type ErrorCode,
  type MissingRights,
  type TrefoilError,
} from '@trefoil/core'
import { GraphQLError } from 'graphql'

/** What `extensions` of our errors hold. */
export interface AuthErrorExtensions {
  /** What a client acts on. */
  readonly code: AuthErrorCode
  /** The code of the error behind it, such as `token_invalid`. */
  readonly reason: ErrorCode
  /** What the reader can do now. */
  readonly wayOut: string
  /** What a caller who is denied lacks. */
  readonly missing?: MissingRights
}

/** The codes of our GraphQL errors; the first two are what the ecosystem knows. */
export type AuthErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'SERVICE_UNAVAILABLE'
  | 'INTERNAL_SERVER_ERROR'

const codes: Readonly<Record<number, AuthErrorCode>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  503: 'SERVICE_UNAVAILABLE',
}

/**
 * Makes a GraphQL error of one of Trefoil's, for resolvers that decide by themselves. The message and
 * the extensions are for the client; the evidence stays in `originalError.cause`, for the log.
 *
 * @example
 * throw toGraphqlError(new AccessDeniedError({ permissions: ['read:reports'] }))
 */
export function toGraphqlError(error: TrefoilError): GraphQLError {
  return new GraphQLError(publicMessage(error), {
    originalError: error,
    extensions: { ...describe(error) },
  })
}

function describe(error: TrefoilError): AuthErrorExtensions {
  return {
    code: codes[error.status] ?? 'INTERNAL_SERVER_ERROR',
    reason: error.code,
    wayOut: error.wayOut,
    ...(error instanceof AccessDeniedError && { missing: error.missing }),
  }
}

// Operators read the problems in the log; clients only learn that there are some.
function publicMessage({ code, message }: TrefoilError): string {
  return code === 'configuration_invalid' ? 'The configuration has problems.' : message
}
