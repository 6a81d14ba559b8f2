import { isLoopback, type Reader } from './config.ts'
import { ConfigurationError } from './errors.ts'

/** Reads the option that says where an application sends tokens. */
export function readAllowedOrigins(
  values: readonly string[] | undefined,
  reader: Reader,
  option = 'allowedOrigins',
): string[] {
  return (values ?? []).flatMap((value) => {
    const url = URL.canParse(value) ? new URL(value) : undefined
    if (url && isSafe(url) && url.origin === value.replace(/\/$/, '')) return [url.origin]
    reader.problems.push(
      `${option}: ${JSON.stringify(value)} must be an origin such as https://api.example; plain http is for this machine only.`,
    )
    return []
  })
}

/** Whether a token may travel to a URL at all: over TLS, or within this machine. */
export function isSafe(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))
}

/**
 * Whether a URL may be sent a token: it is of the origin of one of `names` that are URLs, or of an
 * allowed origin.
 */
export function mayHaveToken(
  url: URL,
  names: readonly (string | undefined)[],
  allowedOrigins: readonly string[],
): boolean {
  if (!isSafe(url) || url.username !== '' || url.password !== '') return false
  // Parsed origins are compared, never texts: "https://api.example@evil.example" begins well.
  const own = names.flatMap((name) =>
    name !== undefined && URL.canParse(name) ? [new URL(name).origin] : [],
  )
  return [...own, ...allowedOrigins].includes(url.origin)
}

/** What a `fetch` throws for a URL that may not have a token. */
export function refusedOrigin(url: URL, option = 'allowedOrigins'): ConfigurationError {
  return new ConfigurationError([
    `fetch: no token is sent to ${url.origin}. Add this origin to the option ${option} if the API there may have it; plain http is for this machine only.`,
  ])
}

/** Whether a body can be sent twice; a stream is gone once it was sent. */
export function isRepeatable(body: RequestInit['body']): boolean {
  return (
    body === undefined ||
    body === null ||
    typeof body === 'string' ||
    body instanceof URLSearchParams ||
    body instanceof FormData ||
    body instanceof Blob ||
    body instanceof ArrayBuffer ||
    ArrayBuffer.isView(body)
  )
}
