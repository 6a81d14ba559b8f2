import type { TokenAnswer } from './provider.ts'

/** A token answer for somebody new, for contenders that bring no login of their own. */
export async function fetchTokens(issuer: string, clientId = 'bench'): Promise<TokenAnswer> {
  const response = await fetch(`${issuer}/bench/tokens?client_id=${clientId}`)
  return response.json()
}

/** The `sub` of a token that the provider of this benchmark has just given. */
export function readSubject(token: string): string {
  return readClaims(token).sub
}

/** The claims of such a token. */
export function readClaims(token: string): {
  readonly sub: string
  readonly iss: string
  readonly aud: readonly string[]
  readonly exp: number
} {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}
