import type { TokenTarget } from './client-credentials.ts'
import { ConfigurationError } from './errors.ts'
import { readRetryAfter } from './internal/http.ts'
import type { MachineConfig } from './machine-config.ts'
import type { MachineTokens } from './machine-tokens.ts'
import { isRepeatable, mayHaveToken, refusedOrigin } from './token-origins.ts'

/** Sends a request with a token for a target. */
export type MachineFetch = (
  url: string | URL,
  init: RequestInit,
  target: TokenTarget,
) => Promise<Response>

// Seconds that a call may wait because the API asks for it.
const patience = 5
const maxRedirects = 5

/**
 * Makes a {@link MachineFetch}: the token goes only where it may, a 401 is tried once more with a
 * fresh token, and a 429 once more after the pause it asks for.
 */
export function createMachineFetch(config: MachineConfig, tokens: MachineTokens): MachineFetch {
  return async (url, init, target) => {
    const first = assertAllowed(url, target, config)
    const mayRepeat = isRepeatable(init.body)
    const send = (token: string): Promise<Sent> => sendTo(first, init, token, target, config)

    const token = await abortable(tokens.get(target), init.signal)
    let { response, carried } = await send(token)
    if (response.status === 401 && carried && mayRepeat) {
      const fresh = await abortable(tokens.replace(target, token), init.signal)
      if (fresh === undefined || fresh === token) return response
      await discard(response)
      ;({ response, carried } = await send(fresh))
    }
    const wait = response.status === 429 && mayRepeat ? readPause(response, config) : undefined
    if (wait === undefined) return response
    await discard(response)
    await pause(wait, init.signal)
    return (await send(await abortable(tokens.get(target), init.signal))).response
  }
}

interface Sent {
  readonly response: Response
  /** Whether the request that was answered had the token. */
  readonly carried: boolean
}

// Redirects are followed here, hop by hop, because not every `fetch` takes the token off when one
// leads to another origin; what else proves who the caller is stays behind with it. Only reads are
// followed: what a 307 would send on is the caller's to decide.
async function sendTo(
  first: URL,
  init: RequestInit,
  token: string,
  target: TokenTarget,
  config: MachineConfig,
): Promise<Sent> {
  const follows = (init.redirect ?? 'follow') === 'follow' && isRead(init.method)
  let url = first
  for (let hop = 0; ; hop++) {
    const carried = isAllowed(url, target, config)
    const headers = new Headers(init.headers)
    headers.delete('authorization')
    if (url.origin !== first.origin) forgetOrigin(headers)
    if (carried) headers.set('authorization', `Bearer ${token}`)
    const redirect = init.redirect === 'error' ? 'error' : 'manual'
    const response = await config.fetch(url, { ...init, headers, redirect })
    const next = follows && hop < maxRedirects ? redirectTarget(response, url) : undefined
    if (!next) return { response, carried }
    await discard(response)
    url = next
  }
}

// What says how to answer and nothing of who asks; an API's own key can have any name.
const plainHeaders = [
  'accept',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'range',
  'traceparent',
  'user-agent',
]

function forgetOrigin(headers: Headers): void {
  const others = [...headers.keys()].filter((name) => !plainHeaders.includes(name))
  for (const name of others) headers.delete(name)
}

function isRead(method = 'GET'): boolean {
  return /^(get|head)$/i.test(method)
}

function redirectTarget(response: Response, url: URL): URL | undefined {
  const location = response.headers.get('location')
  const isRedirect = [301, 302, 303, 307, 308].includes(response.status)
  if (!isRedirect || location === null || !URL.canParse(location, url)) return undefined
  return new URL(location, url)
}

function assertAllowed(text: string | URL, target: TokenTarget, config: MachineConfig): URL {
  if (!URL.canParse(text)) {
    throw new ConfigurationError([
      'fetch: the URL must be absolute, such as https://api.example/x.',
    ])
  }
  const url = new URL(text)
  if (isAllowed(url, target, config)) return url
  throw refusedOrigin(url)
}

function isAllowed(url: URL, { audience }: TokenTarget, config: MachineConfig): boolean {
  return mayHaveToken(url, [config.issuer, audience], config.allowedOrigins)
}

function readPause(response: Response, { clock }: MachineConfig): number | undefined {
  const seconds = readRetryAfter(response.headers, clock())
  return seconds !== undefined && seconds <= patience ? seconds : undefined
}

async function discard(response: Response): Promise<void> {
  await response.body?.cancel()
}

async function pause(seconds: number, signal: AbortSignal | null | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, seconds * 1000)
  })
  try {
    await abortable(over, signal)
  } finally {
    clearTimeout(timer)
  }
}

// The caller may stop waiting; what is shared with others goes on.
async function abortable<Result>(
  task: Result | Promise<Result>,
  signal: AbortSignal | null | undefined,
): Promise<Result> {
  if (!signal) return task
  const race = new AbortController()
  const aborted = new Promise<never>((_resolve, reject) => {
    const stop = (): void => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { signal: race.signal })
  })
  try {
    return await Promise.race([aborted, task])
  } finally {
    race.abort()
  }
}
