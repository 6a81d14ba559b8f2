import { errorTexts } from '#error-catalog'
import { isOfKind } from './error-identity.ts'
import type { ErrorText, FirstErrorCode } from './error-texts-first.ts'
import type { FrontendErrorCode } from './error-texts-frontend.ts'
import type { ServerErrorCode } from './error-texts-server.ts'
import type { SessionErrorCode } from './error-texts-session.ts'

/** The stable code of a {@link TrefoilError}: compare it, never the message. */
export type ErrorCode = FirstErrorCode | SessionErrorCode | FrontendErrorCode | ServerErrorCode

const texts: Record<string, ErrorText> = { ...errorTexts }

/** Adds texts that a browser loads later than this. */
export function addErrorTexts(more: Readonly<Record<string, ErrorText>>): void {
  Object.assign(texts, more)
}

function textOf(code: ErrorCode): ErrorText {
  return texts[code] ?? { status: 500, title: code, message: code, wayOut: 'Try again.' }
}

/** What {@link TrefoilError} can be told beside its code. */
export interface TrefoilErrorOptions {
  /** Replaces the catalog's message. It is shown to people: no secret, token or foreign text. */
  message?: string
  /** Replaces the catalog's way out; the same holds for it. */
  wayOut?: string
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
  /** The name of the class, which no minifier changes. */
  static readonly kind: string = 'TrefoilError'

  static override [Symbol.hasInstance](error: unknown): boolean {
    return isOfKind(error, this)
  }

  /** The stable code. */
  readonly code: ErrorCode
  /** The HTTP status of an answer that reports this error. */
  readonly status: number
  /** Response headers that belong to the answer. */
  readonly headers: Readonly<Record<string, string>>
  readonly #wayOut: string | undefined

  constructor(code: ErrorCode, options: TrefoilErrorOptions = {}) {
    const { message = textOf(code).message, cause, headers = {} } = options
    super(message, cause === undefined ? undefined : { cause })
    this.name = new.target.kind
    this.code = code
    this.status = textOf(code).status
    this.headers = headers
    this.#wayOut = options.wayOut
  }

  /** A heading for a page about this error. */
  get title(): string {
    return textOf(this.code).title
  }

  /** What the reader can do now. */
  get wayOut(): string {
    return this.#wayOut ?? textOf(this.code).wayOut
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
  static override readonly kind: string = 'ConfigurationError'

  /** One sentence a problem: the field, what was expected, what to do. */
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super('configuration_invalid', {
      message: ['The Trefoil configuration has problems:', ...problems].join('\n- '),
    })
    this.problems = problems
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
  static override readonly kind: string = 'AccessDeniedError'

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
  return parts.length === 0 ? textOf('access_denied').message : `This needs ${parts.join(' and ')}.`
}

function phrase(noun: string, keys: readonly string[] | undefined): string {
  if (!keys?.length) return ''
  return keys.length === 1 ? `the ${noun} ${keys[0]}` : `the ${noun}s ${keys.join(', ')}`
}
