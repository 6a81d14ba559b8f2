/** The stable code of a {@link TrefoilError}: compare it, never the message. */
export type ErrorCode =
  | 'configuration_invalid'
  | 'provider_unavailable'
  | 'provider_response_invalid'
  | 'client_rejected'
  | 'transaction_missing'
  | 'request_invalid'
  | 'callback_invalid'
  | 'authorization_failed'
  | 'code_exchange_failed'
  | 'id_token_invalid'
  | 'organization_mismatch'
  | 'login_loop'
  | 'navigation_required'
  | 'origin_refused'
  | 'method_not_allowed'
  | 'content_too_large'
  | 'content_type_unsupported'
  | 'not_authenticated'
  | 'access_denied'
  | 'access_token_expired'
  | 'session_expired'
  | 'session_too_large'
  | 'session_store_unavailable'
  | 'feature_unavailable'
  | 'account_api_failed'
  | 'token_missing'
  | 'token_invalid'
  | 'insufficient_scope'
  | 'browser_unsupported'

/** What an error code means: its HTTP status, a heading for a page, and the way out. */
interface ErrorEntry {
  status: number
  title: string
  message: string
  wayOut: string
}

/**
 * Every error that Trefoil raises, by its stable code. The message and the way out are written for
 * the person who reads them, so they never hold a value that came from a request or a provider.
 */
const catalog: Readonly<Record<ErrorCode, ErrorEntry>> = {
  configuration_invalid: {
    status: 500,
    title: 'The sign-in settings are incomplete',
    message: 'The configuration has problems.',
    wayOut: 'The operator of this site finds every problem named in the server log.',
  },
  provider_unavailable: {
    status: 503,
    title: 'Sign-in is briefly unavailable',
    message: 'The authorization server cannot be reached or is in trouble.',
    wayOut: 'Wait a moment and try again. Nothing was lost.',
  },
  provider_response_invalid: {
    status: 502,
    title: 'The authorization server gave an unusable answer',
    message: 'The answer of the authorization server is not what the specifications ask for.',
    wayOut: 'Try again. If it happens again, tell the operator of this site.',
  },
  client_rejected: {
    status: 500,
    title: 'This site is not registered correctly',
    message:
      'The authorization server refused this application: check the client id, the client secret and that the kind of application fits.',
    wayOut: 'Tell the operator of this site; the server log names the refusal.',
  },
  transaction_missing: {
    status: 400,
    title: 'This sign-in attempt is not known here',
    message:
      'The sign-in attempt was finished already, has expired, or was started in another browser.',
    wayOut: 'Start again from this site.',
  },
  request_invalid: {
    status: 400,
    title: 'This address is not complete',
    message: 'The request lacks a parameter, or one is not valid.',
    wayOut: 'Go back to this site and try from there.',
  },
  callback_invalid: {
    status: 400,
    title: 'The answer to the sign-in is not valid',
    message: 'The authorization response has missing, repeated or unexpected parameters.',
    wayOut: 'Start again from this site.',
  },
  authorization_failed: {
    status: 400,
    title: 'The sign-in was not completed',
    message: 'The authorization server ended the sign-in with an error.',
    wayOut: 'Start again, or return to the home page.',
  },
  code_exchange_failed: {
    status: 400,
    title: 'The sign-in could not be completed',
    message: 'The authorization server did not accept the authorization code.',
    wayOut: 'Start again from this site.',
  },
  id_token_invalid: {
    status: 502,
    title: 'The identity could not be verified',
    message: 'The ID token failed its checks, so nobody was signed in.',
    wayOut: 'Start again. If it happens again, tell the operator of this site.',
  },
  organization_mismatch: {
    status: 403,
    title: 'Signed in to another organization',
    message: 'The authorization server signed in to another organization than the one asked for.',
    wayOut: 'Choose an organization that you belong to.',
  },
  login_loop: {
    status: 429,
    title: 'Signing in again and again',
    message:
      'Many sign-ins succeeded within a minute, yet the page asked for another. The session cookie is probably not kept: check the site URL, the cookie domain and that cookies are allowed.',
    wayOut: 'Wait a minute, then try once more.',
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
  not_authenticated: {
    status: 401,
    title: 'Sign in to go on',
    message: 'Nobody is signed in.',
    wayOut: 'Sign in and come back.',
  },
  access_denied: {
    status: 403,
    title: 'You may not see this',
    message: 'The signed-in user lacks a right that this needs.',
    wayOut: 'Ask an administrator for the right, or switch to another organization.',
  },
  access_token_expired: {
    status: 503,
    title: 'The access to data needs a renewal',
    message:
      'The access token has expired and could not be renewed. Without the scope "offline" ("offline_access" elsewhere) there is no refresh token to renew it with.',
    wayOut: 'Try again in a moment, or sign in again.',
  },
  session_expired: {
    status: 401,
    title: 'You have been signed out',
    message: 'The authorization server ended the session.',
    wayOut: 'Sign in again.',
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
    wayOut: 'Wait a moment and try again. You are still signed in.',
  },
  feature_unavailable: {
    status: 404,
    title: 'Not offered here',
    message: 'The authorization server does not offer this.',
    wayOut: 'Return to the home page.',
  },
  account_api_failed: {
    status: 502,
    title: 'The account data could not be read',
    message: 'The account API refused the request.',
    wayOut: 'Sign in again, then try once more.',
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
  browser_unsupported: {
    status: 400,
    title: 'Signing in does not work in this browser',
    message: 'This browser lacks something that a sign-in needs.',
    wayOut: 'Open this site over https, in a window that is not private, or in another browser.',
  },
}

/** What {@link TrefoilError} can be told beside its code. */
export interface TrefoilErrorOptions {
  /** Replaces the catalog's message. It is shown to people: no secret, token or foreign text. */
  message?: string
  /** The evidence, for logs. */
  cause?: unknown
  /** Response headers that belong to the answer, such as `WWW-Authenticate` or `Retry-After`. */
  headers?: Readonly<Record<string, string>>
}

/**
 * The one base class of every error that Trefoil raises.
 *
 * `message` is fit for a page or a response body; the evidence is in `cause`. `status` and `headers`
 * are what an HTTP answer should carry, so Express and friends answer properly by themselves.
 *
 * @example
 * if (error instanceof TrefoilError && error.code === 'provider_unavailable') retryLater()
 */
export class TrefoilError extends Error {
  /** The stable code. */
  readonly code: ErrorCode
  /** The HTTP status of an answer that reports this error. */
  readonly status: number
  /** Response headers that belong to the answer. */
  readonly headers: Readonly<Record<string, string>>

  constructor(code: ErrorCode, options: TrefoilErrorOptions = {}) {
    const { message = catalog[code].message, cause, headers = {} } = options
    super(message, cause === undefined ? undefined : { cause })
    this.name = new.target.name
    this.code = code
    this.status = catalog[code].status
    this.headers = headers
  }

  /** A heading for a page about this error. */
  get title(): string {
    return catalog[this.code].title
  }

  /** What the reader can do now. */
  get wayOut(): string {
    return catalog[this.code].wayOut
  }
}

/** An error of ours as it is; whatever else went wrong is trouble that may pass. */
export function asTrefoilError(cause: unknown): TrefoilError {
  return cause instanceof TrefoilError ? cause : new TrefoilError('provider_unavailable', { cause })
}

/**
 * The configuration has problems; `problems` names every one at once.
 *
 * @example
 * createBackendApp().configure() // throws with all that is missing in the environment
 */
export class ConfigurationError extends TrefoilError {
  /** One sentence a problem: the field, what was expected, what to do. */
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super('configuration_invalid', {
      message: `The Trefoil configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map((problem) => `- ${problem}`).join('\n')}`,
    })
    this.problems = problems
  }
}

/**
 * The authorization server answered with an OAuth 2.0 error (RFC 6749 sections 4.1.2.1 and 5.2).
 * `error` is its code, for example `access_denied` or `invalid_grant`.
 */
export class ProviderError extends TrefoilError {
  /** The OAuth error code, or `unknown_error` when it was not a plain code. */
  readonly error: string

  constructor(code: ErrorCode, error: unknown, options: TrefoilErrorOptions = {}) {
    super(code, options)
    this.error = toErrorCode(error)
  }
}

/** What a refused user or token lacks; each list names only what is missing. */
export interface MissingRights {
  permissions?: readonly string[]
  anyPermission?: readonly string[]
  roles?: readonly string[]
  flags?: readonly string[]
  organization?: string
  scopes?: readonly string[]
}

/** The signed-in user, or the bearer of a token, lacks a right; `missing` says which. */
export class AccessDeniedError extends TrefoilError {
  /** What is missing. */
  readonly missing: MissingRights

  constructor(
    missing: MissingRights,
    code: ErrorCode = 'access_denied',
    options: TrefoilErrorOptions = {},
  ) {
    super(code, { message: describeMissing(missing), ...options })
    this.missing = missing
  }
}

/** Says in one sentence what is missing, for pages and response bodies. */
export function describeMissing(missing: MissingRights): string {
  const parts = [
    phrase('permission', missing.permissions),
    missing.anyPermission?.length
      ? `one of the permissions ${missing.anyPermission.join(', ')}`
      : '',
    phrase('role', missing.roles),
    phrase('feature flag', missing.flags),
    missing.organization ? `the organization ${missing.organization}` : '',
    phrase('scope', missing.scopes),
  ].filter((part) => part !== '')
  return parts.length === 0 ? catalog.access_denied.message : `This needs ${parts.join(' and ')}.`
}

function phrase(noun: string, keys: readonly string[] | undefined): string {
  if (!keys?.length) return ''
  return keys.length === 1 ? `the ${noun} ${keys[0]}` : `the ${noun}s ${keys.join(', ')}`
}

// Text from the provider is data: anything that is not a plain code could carry markup, line breaks
// or a message of an attacker's choosing (RFC 6749 section 4.1.2.1 allows far more than codes).
function toErrorCode(value: unknown): string {
  return typeof value === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(value) ? value : 'unknown_error'
}
