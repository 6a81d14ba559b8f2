import { expect, it } from 'vitest'
import { type SignIn, SignIns } from './sign-ins.ts'

const signIn: SignIn = {
  id: 'sign-in-1',
  clientId: 'app',
  userId: 'kp_1',
  organization: undefined,
  audiences: [],
  scopes: [],
  nonce: undefined,
  authenticatedAt: 0,
}

it('keeps no refresh token that has expired, and every other', () => {
  const signIns = new SignIns()
  signIns.add(signIn)
  const tokens = [0, 500, 1000].map((now) => signIns.issueRefreshToken(signIn, now, now + 1000))
  const kept = tokens.map((token) => signIns.refreshToken(token) !== undefined)
  expect(kept).toEqual([false, true, true])
})
