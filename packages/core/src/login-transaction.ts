import type { BackendConfig } from './backend-config.ts'
import {
  clearCookie,
  cookieName,
  type Cookies,
  makeCookie,
  maxCookie,
  maxTotal,
  sentBytes,
} from './cookies.ts'
import { TrefoilError } from './errors.ts'
import { asObject, asText } from './internal/encoding.ts'
import { inSeconds } from './internal/clock.ts'
import type { SetCookie } from './outcome.ts'
import { createSeal } from './seal.ts'

/** What a login attempt means to do. */
export type LoginIntent = 'login' | 'register' | 'switch-organization' | 'create-organization'

/** One login attempt, from the redirect to its callback. Nothing of it can come from a query. */
export interface LoginTransaction {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
  readonly redirectUri: string
  readonly returnTo: string
  readonly intent: LoginIntent
  /** The organization that the answer must be for. */
  readonly organization?: string
  /** Seconds that the user's last proof of who they are may lie back (`max_age`). */
  readonly maxAge?: number
  /** The levels of authentication that were asked for, separated by spaces (`acr_values`). */
  readonly acrValues?: string
  readonly createdAt: number
}

/** Keeps login attempts in sealed cookies, one an attempt, named after its state. */
export interface LoginTransactions {
  /**
   * Keeps an attempt; beyond the newest five, and beyond 6,000 bytes or what the session leaves of all
   * our cookies' 8,192, the oldest are dropped. Where there is too little room for its return path the
   * attempt ends at the default page. Throws `request_invalid` for one that no cookie can hold.
   */
  keep(transaction: LoginTransaction, present: Cookies): Promise<SetCookie[]>
  /** The attempt of a state, or `undefined` when this browser has none that is valid. */
  find(state: string, present: Cookies): Promise<LoginTransaction | undefined>
  /** Forgets an attempt; a state is used once. */
  forget(state: string, present: Cookies): SetCookie[]
}

const lifetime = 600
const newest = 5
// Long return paths make large cookies, and many servers refuse a request whose cookies grow too large.
const maxBytes = 6000
// Someone who plants cookies may not make us open hundreds of seals.
const opened = 20

/** Makes {@link LoginTransactions}. */
export function createLoginTransactions(config: BackendConfig): LoginTransactions {
  const { cookies: settings, issuer, clientId, secrets, clock, postLoginPath } = config
  const ours = cookieName(settings, '')
  const prefix = cookieName(settings, 'transaction.')
  const context = ['transaction', prefix, issuer, clientId]
  const seal = createSeal({ secrets, context, clock })
  // The answer comes from another site, so even a strict session needs a lax transaction.
  const clear = (name: string): SetCookie => clearCookie(settings, name, 'lax')

  const toCookie = async (transaction: LoginTransaction): Promise<SetCookie> => {
    const sealed = await seal.close(transaction, inSeconds(clock) + lifetime)
    return makeCookie(settings, prefix + transaction.state, sealed, lifetime, 'lax')
  }

  const find = async (state: string, present: Cookies): Promise<LoginTransaction | undefined> => {
    const sealed = present.get(prefix + state)
    const data = sealed === undefined ? undefined : (await seal.open(sealed))?.data
    const transaction = toTransaction(data)
    // The seal of another attempt under this name is somebody's experiment.
    return transaction?.state === state ? transaction : undefined
  }

  return {
    find,
    forget(state, present) {
      const name = prefix + state
      return present.has(name) && isOwn(name, prefix) ? [clear(name)] : []
    },
    async keep(transaction, present) {
      const room = Math.min(maxBytes, maxTotal - bytesBeside(prefix, ours, present))
      const whole = await toCookie(transaction)
      const isTooLarge = sentBytes(whole) > Math.min(room, maxCookie)
      const cookie = isTooLarge
        ? await toCookie({ ...transaction, returnTo: postLoginPath })
        : whole
      if (sentBytes(cookie) > maxCookie) throw tooLong()
      const names = [...present.keys()].filter((name) => isOwn(name, prefix)).reverse()
      const states = names.slice(0, opened).map((name) => name.slice(prefix.length))
      const found = await Promise.all(states.map((state) => find(state, present)))
      // A browser sends the oldest first, which decides between attempts of one second.
      const others = found
        .filter((other) => other !== undefined)
        .sort((one, other) => other.createdAt - one.createdAt)
        .map(({ state }) => ({ name: prefix + state, value: present.get(prefix + state) ?? '' }))
      const kept = fit([cookie, ...others], room)
      return [cookie, ...names.filter((name) => !kept.includes(name)).map(clear)]
    },
  }
}

// A name that is not of our making could not even be written into a header.
function isOwn(name: string, prefix: string): boolean {
  return name.startsWith(prefix) && /^[\w-]+$/.test(name.slice(prefix.length))
}

function tooLong(): TrefoilError {
  return new TrefoilError('request_invalid', {
    message: 'The parameters of this sign-in are too long to be kept in a cookie.',
  })
}

// What the session and its counter take.
function bytesBeside(prefix: string, ours: string, present: Cookies): number {
  return [...present]
    .filter(([name]) => name.startsWith(ours) && !name.startsWith(prefix))
    .reduce((sum, [name, value]) => sum + sentBytes({ name, value }), 0)
}

/** The names of as many cookies as may stay. */
function fit(cookies: readonly { name: string; value: string }[], room: number): string[] {
  let total = 0
  const kept = cookies.slice(0, newest).filter((cookie) => {
    total += sentBytes(cookie)
    return total <= room
  })
  return kept.map(({ name }) => name)
}

/** A transaction out of what was kept of it, when it is one. */
export function toTransaction(data: unknown): LoginTransaction | undefined {
  const value = asObject(data)
  const [state, nonce, codeVerifier, redirectUri, returnTo] = [
    'state',
    'nonce',
    'codeVerifier',
    'redirectUri',
    'returnTo',
  ].map((name) => asText(value?.[name]))
  const createdAt = value?.['createdAt']
  const intent = toIntent(value?.['intent'])
  const organization = asText(value?.['organization'])
  const acrValues = asText(value?.['acrValues'])
  const maxAge = value?.['maxAge']
  if (!state || !nonce || !codeVerifier || !redirectUri || !returnTo || !intent) return undefined
  if (typeof createdAt !== 'number') return undefined
  return {
    state,
    nonce,
    codeVerifier,
    redirectUri,
    returnTo,
    intent,
    createdAt,
    ...(organization !== undefined && { organization }),
    ...(typeof maxAge === 'number' && { maxAge }),
    ...(acrValues !== undefined && { acrValues }),
  }
}

function toIntent(value: unknown): LoginIntent | undefined {
  const intents = ['login', 'register', 'switch-organization', 'create-organization'] as const
  return intents.find((intent) => intent === value)
}
