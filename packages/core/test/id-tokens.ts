import { expect } from 'vitest'
import type { BackendOptions } from '../src/backend-options.ts'
import { type IdTokenClaims, type IdTokenExpectation, verifyIdToken } from '../src/id-token.ts'
import { InvalidJwtError } from '../src/jwt.ts'
import { type Client, createClient, failureOf } from './client.ts'

/** The nonce and the access token that ID tokens of tests belong to. */
export const nonce = 'nonce-1'
export const accessToken = 'access-1'

/** Makes a client whose provider puts {@link nonce} into its ID tokens. */
export async function createSignIn(changes: BackendOptions = {}): Promise<Client> {
  const client = await createClient(changes)
  client.fake.nonce = nonce
  return client
}

/** Verifies an ID token of a sign-in of that client. */
export async function verifyAt(
  { config, provider }: Client,
  token: string,
  expected: Partial<IdTokenExpectation> = {},
): Promise<IdTokenClaims> {
  const { clientId } = config
  return verifyIdToken(token, { clientId, nonce, accessToken, ...expected }, provider)
}

/** Asserts that an ID token is refused for what it is. */
export async function expectRefusedAt(
  client: Client,
  token: string,
  expected: Partial<IdTokenExpectation> = {},
): Promise<void> {
  const error = await failureOf(verifyAt(client, token, expected))
  expect([error.code, error.status]).toEqual(['id_token_invalid', 502])
  expect(error.cause).toBeInstanceOf(InvalidJwtError)
}
