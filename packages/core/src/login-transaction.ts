import type { BackendConfig } from './backend-config.ts'
import { clearCookie, cookieName, type Cookies, makeCookie } from './cookies.ts'
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
  /** Keeps an attempt; beyond the newest five the oldest are dropped. */
  keep(transaction: LoginTransaction, present: Cookies): Promise<SetCookie[]>
  /** The attempt of a state, or `undefined` when this browser has none that is valid. */
  find(state: string, present: Cookies): Promise<LoginTransaction | undefined>
  /** Forgets an attempt; a state is used once. */
  forget(state: string, present: Cookies): SetCookie[]
}

const lifetime = 600
const newest = 5
// Someone who plants cookies may not make us open hundreds of seals.
const opened = 20

/** Makes {@link LoginTransactions}. */
export function createLoginTransactions(config: BackendConfig): LoginTransactions {
  const { cookies: settings, issuer, clientId, secrets, clock } = config
  const prefix = cookieName(settings, 'transaction.')
  const context = ['transaction', prefix, issuer, clientId]
  const seal = createSeal({ secrets, context, clock })

  const find = async (state: string, present: Cookies): Promise<LoginTransaction | undefined> => {
    const sealed = present.get(prefix + state)
    const data = sealed === undefined ? undefined : (await seal.open(sealed))?.data
    const transaction = toTransaction(data)
    // The seal of another attempt under this name is somebody's experiment.
    return transaction?.state === state ? transaction : undefined
  }

  return {
    find,
    forget: (state, present) =>
      present.has(prefix + state) ? [clearCookie(settings, prefix + state)] : [],
    async keep(transaction, present) {
      const expiresAt = inSeconds(clock) + lifetime
      const sealed = await seal.close(transaction, expiresAt)
      // The answer comes from another site, so even a strict session needs a lax transaction.
      const cookie = makeCookie(settings, prefix + transaction.state, sealed, lifetime, 'lax')
      const names = [...present.keys()].filter((name) => name.startsWith(prefix))
      const states = names.map((name) => name.slice(prefix.length))
      const found = await Promise.all(states.slice(0, opened).map((state) => find(state, present)))
      const others = found
        .filter((other) => other !== undefined)
        .sort((one, other) => other.createdAt - one.createdAt)
        .slice(0, newest - 1)
        .map((other) => prefix + other.state)
      const dropped = names.filter((name) => !others.includes(name) && name !== cookie.name)
      return [cookie, ...dropped.map((name) => clearCookie(settings, name))]
    },
  }
}

function toTransaction(data: unknown): LoginTransaction | undefined {
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
