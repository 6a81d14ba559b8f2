import { digest } from '#seal'
import { requestClientCredentials, type TokenTarget } from './client-credentials.ts'
import { TrefoilError } from './errors.ts'
import { type Cache, createCache } from './internal/cache.ts'
import { inSeconds } from './internal/clock.ts'
import { within } from './internal/deadline.ts'
import { asObject, asText } from './internal/encoding.ts'
import { createSingleFlight } from './internal/single-flight.ts'
import type { MachineConfig } from './machine-config.ts'
import type { Provider } from './provider.ts'
import { createSeal, type Seal } from './seal.ts'
import { renewalTime } from './session-tokens.ts'

/** Keeps one access token for each target and renews it ahead of its end. */
export interface MachineTokens {
  /** A token that has not expired; at once when there is one. */
  get(target: TokenTarget): string | Promise<string>
  /** Another token than the one an API refused, or `undefined` when that one was itself just new. */
  replace(target: TokenTarget, refused: string): Promise<string | undefined>
}

interface Token {
  readonly accessToken: string
  /** Seconds since 1970, as `renewAt`. */
  readonly expiresAt: number
  readonly renewAt: number
}

// A server that does not say how long a token lasts is taken to mean an hour, the common lifetime.
const unsaidLifetime = 3600
// Milliseconds. The shared cache saves a request, so waiting for it may not cost more than one.
const cachePatience = 500
// While renewal fails, the token in hand serves on, and one attempt in five seconds is enough, or one
// after the pause that the server asks for.
const renewalPause = 5_000
// An API that refuses every token may not turn each call into a new one, which may be metered.
const replacementPause = 10_000

/**
 * Makes {@link MachineTokens}: cached by issuer, client, audience and scopes; one request in flight
 * for each. From a minute (or a tenth of the life) before its end a token is renewed in the background
 * while the old one serves on, up to its expiry and never beyond. No failure is kept.
 */
export function createMachineTokens(config: MachineConfig, provider: Provider): MachineTokens {
  const { clock } = config
  const tokens = createCache<Token>(1000)
  const pausedUntil = createCache<number>(1000)
  const replacements = createCache<{ accessToken: string; at: number }>(1000)
  const obtain = createIssuance(config, provider, tokens)
  const isLive = (token: Token): boolean => token.expiresAt > inSeconds(clock)
  const keyOf = rememberKeys(config)

  const renewInBackground = async (target: TokenTarget, key: string, old: Token): Promise<void> => {
    try {
      await obtain(target, key, old.accessToken)
    } catch (error) {
      // Whoever needs a token once this one has expired is told why there is none.
      pausedUntil.set(key, clock() + Math.max(renewalPause, readPause(error)))
    }
  }

  return {
    get(target) {
      const key = keyOf(target)
      const held = tokens.get(key)
      if (!held || !isLive(held)) {
        return obtain(target, key, held?.accessToken).then(({ accessToken }) => accessToken)
      }
      const isDue = held.renewAt <= clock() / 1000 && clock() >= (pausedUntil.get(key) ?? 0)
      if (isDue) void renewInBackground(target, key, held)
      return held.accessToken
    },
    async replace(target, refused) {
      const key = keyOf(target)
      const held = tokens.get(key)
      if (held && isLive(held) && held.accessToken !== refused) return held.accessToken
      const last = replacements.get(key)
      if (last?.accessToken === refused && clock() - last.at < replacementPause) return undefined
      const { accessToken } = await obtain(target, key, refused)
      replacements.set(key, { accessToken, at: clock() })
      return accessToken
    },
  }
}

function readPause(error: unknown): number {
  const seconds = error instanceof TrefoilError ? Number(error.headers['retry-after']) : Number.NaN
  return Number.isFinite(seconds) ? seconds * 1000 : 0
}

/** Gets a token other than `old`: a newer one that another process shared, else by a request. */
type Issuance = (target: TokenTarget, key: string, old: string | undefined) => Promise<Token>

function createIssuance(config: MachineConfig, provider: Provider, tokens: Cache<Token>): Issuance {
  const flight = createSingleFlight<Token>({ clock: config.clock })
  const shared = createSharedTokens(config)

  return (target, key, old) =>
    flight(key, async () => {
      const found = await shared.read(key)
      if (found && found.accessToken !== old) {
        tokens.set(key, found)
        return found
      }
      const token = await requestToken(target, config, provider)
      tokens.set(key, token)
      await shared.write(key, token)
      return token
    })
}

async function requestToken(
  target: TokenTarget,
  config: MachineConfig,
  provider: Provider,
): Promise<Token> {
  // Counted from before the request: a slow answer must not make a token look fresher than it is.
  const askedAt = inSeconds(config.clock)
  const answer = await requestClientCredentials(target, config, provider)
  const expiresAt = askedAt + (answer.expiresIn ?? unsaidLifetime)
  const { accessToken } = answer
  return { accessToken, expiresAt, renewAt: renewalTime(askedAt, expiresAt) }
}

// The app's own target is one object and asked for with most calls; writing its key takes longer than the
// rest of a call.
function rememberKeys(config: MachineConfig): (target: TokenTarget) => string {
  const keys = new WeakMap<TokenTarget, string>()
  return (target) => {
    const known = keys.get(target)
    if (known !== undefined) return known
    const key = targetKey(target, config)
    keys.set(target, key)
    return key
  }
}

// Everything that a token depends on; two tenants can never meet in one entry.
function targetKey({ audience, scopes }: TokenTarget, config: MachineConfig): string {
  const { issuer, clientId, clientAuthentication } = config
  return JSON.stringify([issuer, clientId, clientAuthentication, audience ?? null, scopes])
}

interface SharedTokens {
  read(key: string): Promise<Token | undefined>
  write(key: string, token: Token): Promise<void>
}

function createSharedTokens({ cache, clientSecret, clock }: MachineConfig): SharedTokens {
  if (!cache) return { read: async () => undefined, write: async () => undefined }
  // The target is part of the seal, so whoever writes to the cache cannot swap one token for another.
  const sealFor = (key: string): Seal =>
    createSeal({ secrets: [clientSecret], context: ['machine-token', key], clock })

  const read = async (key: string): Promise<Token | undefined> => {
    const sealed = await cache.get(await cacheKey(key))
    return typeof sealed === 'string' ? toToken((await sealFor(key).open(sealed))?.data) : undefined
  }
  const write = async (key: string, token: Token): Promise<void> => {
    const timeToLive = token.expiresAt - inSeconds(clock)
    if (timeToLive <= 0) return
    await cache.set(
      await cacheKey(key),
      await sealFor(key).close(token, token.expiresAt),
      timeToLive,
    )
  }

  return {
    read: async (key) => within(cachePatience, read(key)),
    write: async (key, token) => within(cachePatience, write(key, token)),
  }
}

async function cacheKey(key: string): Promise<string> {
  return `trefoil:machine:${await digest(key)}`
}

function toToken(data: unknown): Token | undefined {
  const value = asObject(data)
  const accessToken = asText(value?.['accessToken'])
  const expiresAt = value?.['expiresAt']
  const renewAt = value?.['renewAt']
  if (accessToken === undefined || typeof expiresAt !== 'number') return undefined
  return typeof renewAt === 'number' ? { accessToken, expiresAt, renewAt } : undefined
}
