import { createHash, randomUUID } from 'node:crypto'

/** Somebody who has signed in at the provider. */
export interface SignIn {
  readonly user: string
  readonly organization: string
  /** The `sid` of its tokens. */
  readonly id: string
  readonly nonce: string
  readonly at: number
  ended: boolean
}

/** What the provider has given out. */
export interface Grants {
  readonly counts: GrantCounts
  /** Seconds in which a used refresh token is forgiven; 0 ends the sign-in at once (RFC 9700 4.14). */
  overlap: number
  code(signIn: SignIn, challenge: string): string
  /** The sign-in of a code, once, for its verifier. */
  redeem(code: string, verifier: string): SignIn | undefined
  refreshToken(signIn: SignIn): string
  /** The sign-in of a refresh token that may be used. */
  refresh(token: string): SignIn | undefined
  end(token: string): void
  /** Ends all sign-ins of a user. */
  endUser(user: string): void
}

export interface GrantCounts {
  codes: number
  refreshes: number
  /** Refresh tokens that came again after their time, which ended a sign-in. */
  reuses: number
}

/** Makes {@link Grants}; `clock` is in milliseconds. */
export function createGrants(clock: () => number): Grants {
  const codes = new Map<string, { signIn: SignIn; challenge: string }>()
  const tokens = new Map<string, { signIn: SignIn; usedAt?: number }>()
  const counts: GrantCounts = { codes: 0, refreshes: 0, reuses: 0 }

  const grants: Grants = {
    counts,
    overlap: 0,
    code(signIn, challenge) {
      const code = randomUUID()
      codes.set(code, { signIn, challenge })
      return code
    },
    redeem(code, verifier) {
      const found = codes.get(code)
      codes.delete(code)
      const digest = createHash('sha256').update(verifier).digest('base64url')
      if (found?.challenge !== digest) return undefined
      counts.codes++
      return found.signIn
    },
    refreshToken(signIn) {
      const token = randomUUID()
      tokens.set(token, { signIn })
      return token
    },
    refresh(token) {
      const found = tokens.get(token)
      if (!found || found.signIn.ended) return undefined
      if (found.usedAt !== undefined && clock() - found.usedAt >= grants.overlap * 1000) {
        counts.reuses++
        found.signIn.ended = true
        return undefined
      }
      found.usedAt ??= clock()
      counts.refreshes++
      return found.signIn
    },
    end(token) {
      const found = tokens.get(token)
      if (found) found.signIn.ended = true
      tokens.delete(token)
    },
    endUser(user) {
      for (const { signIn } of tokens.values()) if (signIn.user === user) signIn.ended = true
    },
  }
  return grants
}
