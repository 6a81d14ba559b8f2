import type { TrefoilError } from '@trefoil/core'
import type { GraphQLError } from 'graphql'
import { toGraphqlError } from './auth-error.ts'

/** What an HTTP request is answered before anything of it is executed. */
export interface Refusal {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly error: GraphQLError
}

/** Makes the answer of an error. */
export function toRefusal(error: TrefoilError): Refusal {
  return {
    status: error.status,
    headers: { 'cache-control': 'private, no-store', ...error.headers },
    error: toGraphqlError(error),
  }
}
