import { randomBytes } from 'node:crypto'
import { BoundedMap } from './bounded-map.ts'

/** An access token that was issued, for as long as a refresh may give it again. */
export interface IssuedToken {
  readonly value: string
  readonly expiresAt: number
  readonly claimsVersion: number
}

/** What one user granted one application by signing in: everything tokens are made from. */
export interface SignIn {
  readonly id: string
  readonly clientId: string
  readonly userId: string
  readonly organization: string | undefined
  readonly audiences: readonly string[]
  readonly scopes: readonly string[]
  readonly nonce: string | undefined
  /** When the user gave their password, in seconds. */
  readonly authenticatedAt: number
  accessToken?: IssuedToken
}

/** What the token endpoint answers. Source: KINDE-PROTOCOL section 3. */
export interface TokenAnswer {
  readonly access_token: string
  readonly id_token?: string
  readonly refresh_token?: string
  readonly expires_in: number
  readonly scope: string
  readonly token_type: 'bearer'
}

/** A refresh token and what became of it; times are in milliseconds. */
export interface RefreshToken {
  readonly signIn: SignIn
  readonly issuedAt: number
  readonly expiresAt: number
  used?: { readonly at: number; readonly answer: Promise<TokenAnswer | undefined> }
}

const mostKept = 10_000
const mostRefreshTokens = 100_000

/** The sign-ins that have not ended, with their refresh tokens. */
export class SignIns {
  readonly #signIns = new Map<string, SignIn>()
  readonly #refreshTokens = new BoundedMap<string, RefreshToken>(mostRefreshTokens)

  add(signIn: SignIn): void {
    this.#signIns.set(signIn.id, signIn)
    const [oldest] = this.#signIns.keys()
    if (this.#signIns.size > mostKept && oldest !== undefined) this.end(oldest)
  }

  get(id: string): SignIn | undefined {
    return this.#signIns.get(id)
  }

  /**
   * Makes a new refresh token, which is opaque as Kinde's are to be taken. One that was made while its
   * sign-in ended never answers.
   */
  issueRefreshToken(signIn: SignIn, issuedAt: number, expiresAt: number): string {
    this.#dropExpired(issuedAt)
    const value = randomBytes(32).toString('base64url')
    if (this.#signIns.has(signIn.id)) {
      this.#refreshTokens.set(value, { signIn, issuedAt, expiresAt })
    }
    return value
  }

  refreshToken(value: unknown): RefreshToken | undefined {
    return typeof value === 'string' ? this.#refreshTokens.get(value) : undefined
  }

  /** Ends a sign-in: none of its refresh tokens answers again. */
  end(id: string): void {
    this.#signIns.delete(id)
    for (const [value, { signIn }] of this.#refreshTokens) {
      if (signIn.id === id) this.#refreshTokens.delete(value)
    }
  }

  endOfUser(userId: string): void {
    for (const signIn of this.#signIns.values()) {
      if (signIn.userId === userId) this.end(signIn.id)
    }
  }

  // They stand in the order of their issue, so those that expired come first.
  #dropExpired(now: number): void {
    for (const [value, { expiresAt }] of this.#refreshTokens) {
      if (expiresAt > now) return
      this.#refreshTokens.delete(value)
    }
  }
}
