import type { ErrorText } from './error-texts-first.ts'

/** What only a server says. */
export type ServerErrorCode =
  | 'request_invalid'
  | 'navigation_required'
  | 'origin_refused'
  | 'method_not_allowed'
  | 'content_too_large'
  | 'content_type_unsupported'
  | 'session_too_large'
  | 'session_store_unavailable'
  | 'token_missing'
  | 'token_invalid'
  | 'insufficient_scope'

/** The texts of {@link ServerErrorCode}. */
export const serverTexts: Readonly<Record<ServerErrorCode, ErrorText>> = {
  request_invalid: {
    status: 400,
    title: 'This address is not complete',
    message: 'The request lacks a parameter, or one is not valid.',
    wayOut: 'Go back to this site and try from there.',
  },
  navigation_required: {
    status: 401,
    title: 'Open this address in the browser',
    message: 'Signing in is a page to go to; it cannot be fetched, embedded or prefetched.',
    wayOut: 'Send the browser to the login URL instead.',
  },
  origin_refused: {
    status: 403,
    title: 'This request came from elsewhere',
    message: 'The request was not made by a page of this site, so nothing was changed.',
    wayOut: 'Go to this site and do it there.',
  },
  method_not_allowed: {
    status: 405,
    title: 'This address does not work that way',
    message: 'The HTTP method is not allowed here.',
    wayOut: 'Use one of the methods named in the Allow header.',
  },
  content_too_large: {
    status: 413,
    title: 'This request is too large',
    message: 'The body of the request is larger than this address takes.',
    wayOut: 'Send what the address is for.',
  },
  content_type_unsupported: {
    status: 415,
    title: 'This request has the wrong form',
    message: 'The body must be a form: application/x-www-form-urlencoded.',
    wayOut: 'Send a form.',
  },
  session_too_large: {
    status: 500,
    title: 'The session does not fit into cookies',
    message: 'The sealed session is larger than the cookies of one site may be.',
    wayOut: 'The operator of this site should keep sessions in a store (option session.store).',
  },
  session_store_unavailable: {
    status: 503,
    title: 'Sessions are briefly unavailable',
    message: 'The session store cannot be reached.',
    wayOut: 'Wait a moment and try again. Nobody was signed out by this.',
  },
  token_missing: {
    status: 401,
    title: 'An access token is required',
    message: 'The request carries no bearer token.',
    wayOut: 'Send an access token in the Authorization header.',
  },
  token_invalid: {
    status: 401,
    title: 'The access token is not valid',
    message: 'The access token is expired, malformed, or not meant for this API.',
    wayOut: 'Get a new access token for this audience.',
  },
  insufficient_scope: {
    status: 403,
    title: 'The access token lacks a right',
    message: 'The access token does not grant what this needs.',
    wayOut: 'Get an access token with the rights that are named.',
  },
}
