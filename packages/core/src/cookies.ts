import { TrefoilError } from './errors.ts'
import type { SetCookie } from './outcome.ts'

/** The cookies of a request, by name. */
export type Cookies = ReadonlyMap<string, string>

/** How this site's cookies are made: the same for all of them. */
export interface CookieSettings {
  /** The application's name, which every cookie name begins with. */
  readonly name: string
  readonly secure: boolean
  readonly domain?: string
  readonly sameSite: 'lax' | 'strict'
}

/** Bytes of name and value that browsers keep of one cookie. */
export const maxCookie: number = 4096

/**
 * Bytes of all our cookies together: a server's limit is often 16 kB for all headers, and the
 * application has cookies of its own.
 */
export const maxTotal: number = 8192
const maxChunks = 5

/**
 * Reads a `Cookie` header (RFC 6265 section 4.2). The first of two cookies with one name counts; values
 * stay as they were sent, quotes and percent signs included.
 */
export function parseCookies(header: string | undefined): Cookies {
  const cookies = new Map<string, string>()
  for (const pair of header?.split(';') ?? []) {
    const equals = pair.indexOf('=')
    const name = trimBlanks(pair.slice(0, Math.max(0, equals)))
    if (name !== '' && !cookies.has(name)) cookies.set(name, trimBlanks(pair.slice(equals + 1)))
  }
  return cookies
}

/**
 * The `Cookie` header as the browser would send it after storing cookies; `undefined` when none is left.
 * With it, whoever handles the same request next sees the session that was just renewed.
 *
 * @example
 * headers.set('cookie', updateCookieHeader(headers.get('cookie') ?? undefined, outcome.cookies) ?? '')
 */
export function updateCookieHeader(
  header: string | undefined,
  stored: readonly SetCookie[],
): string | undefined {
  const cookies = new Map(parseCookies(header))
  for (const { name, value, maxAge } of stored) {
    if (maxAge === 0) cookies.delete(name)
    else cookies.set(name, value)
  }
  if (cookies.size === 0) return undefined
  return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
}

// Space and tab alone, as browsers do. `trim` takes away more, and with it a planted cookie whose name
// begins with such a character would pass for one with the prefix that browsers guard.
function trimBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text[start])) start++
  while (end > start && isBlank(text[end - 1])) end--
  return text.slice(start, end)
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t'
}

/**
 * The full name of a cookie. On https it carries the prefix that makes browsers refuse a cookie set by
 * another host or over http: `__Host-`, or `__Secure-` when a domain shares it.
 */
export function cookieName(settings: CookieSettings, suffix: string): string {
  const name = `${settings.name}.${suffix}`
  if (!settings.secure) return name
  return `${settings.domain === undefined ? '__Host-' : '__Secure-'}${name}`
}

/** Makes a cookie with the site's attributes. `maxAge` is in seconds. */
export function makeCookie(
  settings: CookieSettings,
  name: string,
  value: string,
  maxAge: number,
  sameSite: 'lax' | 'strict' = settings.sameSite,
): SetCookie {
  return {
    name,
    value,
    maxAge: Math.max(0, Math.floor(maxAge)),
    path: '/',
    ...(settings.domain !== undefined && { domain: settings.domain }),
    secure: settings.secure,
    httpOnly: true,
    sameSite,
  }
}

/** Makes the cookie that removes one; it has the attributes of the one that was set. */
export function clearCookie(
  settings: CookieSettings,
  name: string,
  sameSite: 'lax' | 'strict' = settings.sameSite,
): SetCookie {
  return makeCookie(settings, name, '', 0, sameSite)
}

/** How many bytes a cookie takes in a `Cookie` header. */
export function sentBytes({ name, value }: Pick<SetCookie, 'name' | 'value'>): number {
  return name.length + value.length + '=; '.length
}

/**
 * Reads a value that {@link writeChunks} wrote, or `undefined` when there is none or a part is
 * missing. A number before the value says how many parts there are, so parts that an older and longer
 * value left behind are never mixed in.
 */
export function readChunks(cookies: Cookies, name: string): string | undefined {
  const first = cookies.get(name)
  if (first === undefined) return undefined
  const count = /^[1-9]~/.test(first) ? Number(first.charAt(0)) : 0
  if (count === 0 || count > maxChunks) return undefined
  const parts = [first.slice(2)]
  for (let index = 1; index < count; index++) {
    const part = cookies.get(`${name}.${index}`)
    if (part === undefined) return undefined
    parts.push(part)
  }
  return parts.join('')
}

/**
 * Writes a value of ASCII characters into as many cookies as it needs and clears the parts of an
 * earlier, longer one. Throws `session_too_large` when it needs more than 8,192 bytes with its names.
 */
export function writeChunks(
  settings: CookieSettings,
  name: string,
  value: string,
  maxAge: number,
  present: Cookies,
): SetCookie[] {
  // Room for the longest name ("….9") and for the count, so every part fits wherever it lands.
  const size = maxCookie - name.length - 4
  const count = Math.ceil(value.length / size) || 1
  const parts = Array.from({ length: count }, (_, index) =>
    value.slice(index * size, (index + 1) * size),
  )
  const cookies = parts.map((part, index) =>
    makeCookie(
      settings,
      index === 0 ? name : `${name}.${index}`,
      index === 0 ? `${count}~${part}` : part,
      maxAge,
    ),
  )
  const total = cookies.reduce((sum, cookie) => sum + sentBytes(cookie), 0)
  if (total > maxTotal) throw tooLarge(total)
  return [...cookies, ...clearChunks(settings, name, present, count)]
}

/** Clears the parts of a chunked value that the browser sent, from the `from`th on (default: all). */
export function clearChunks(
  settings: CookieSettings,
  name: string,
  present: Cookies,
  from = 0,
): SetCookie[] {
  return [...present.keys()]
    .filter((candidate) => chunkIndex(candidate, name) >= from)
    .map((candidate) => clearCookie(settings, candidate))
}

function chunkIndex(candidate: string, name: string): number {
  if (candidate === name) return 0
  const suffix = candidate.startsWith(`${name}.`) ? candidate.slice(name.length + 1) : ''
  return /^[1-9]$/.test(suffix) ? Number(suffix) : -1
}

function tooLarge(bytes: number): TrefoilError {
  return new TrefoilError('session_too_large', {
    message: `The sealed session is ${bytes} bytes; the cookies of one site may hold ${maxTotal}. Keep sessions in a store (option session.store), or leave large claims out of the tokens.`,
  })
}
