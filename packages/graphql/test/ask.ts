import type { ApiAnswer, Question } from '@trefoil/contract'

/** A GraphQL answer, with its status and headers. */
export interface Asked {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly data: Readonly<Record<string, unknown>> | null | undefined
  readonly errors: readonly AskedError[]
}

interface AskedError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: {
    readonly code?: string
    readonly reason?: string
    readonly missing?: unknown
    readonly wayOut?: string
  }
}

/** Sends an operation by POST. */
export async function ask(
  url: string,
  query: string,
  headers: Readonly<Record<string, string>> = {},
  variables: object = {},
): Promise<Asked> {
  const body = JSON.stringify({ query, variables })
  return read(
    await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    }),
  )
}

/** Reads an answer as GraphQL. */
export async function read(response: Response): Promise<Asked> {
  const { status, headers } = response
  const text = await response.text()
  const isJson = /json/.test(headers.get('content-type') ?? '')
  const { data, errors = [] } = isJson ? JSON.parse(text) : { data: undefined }
  return { status, headers, text, data, errors }
}

/** The header of a token. */
export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` }
}

const queries = { me: '{ me { subject } }', reports: '{ reports { id } }' }
const statuses: Readonly<Record<string, number>> = { UNAUTHENTICATED: 401, FORBIDDEN: 403 }

/**
 * Asks as the bearer contract does. A field that is denied is an error in an answer with status 200;
 * whoever it is denied to finds the challenge in the headers all the same.
 */
export async function askContract(
  url: string,
  { resource, authorization, query = '' }: Question,
): Promise<ApiAnswer> {
  const response = await fetch(`${url}/graphql?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
    body: JSON.stringify({ query: queries[resource] }),
  })
  const { status, headers, text, data, errors } = await read(response)
  const denied = statuses[errors[0]?.extensions?.code ?? '']
  const me = data?.['me']
  const subject = typeof me === 'object' && me !== null && 'subject' in me ? me.subject : undefined
  return { status: status === 200 ? (denied ?? 200) : status, headers, text, subject }
}
