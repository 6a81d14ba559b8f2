import { accessTokenClaims, idTokenClaims, machineTokenClaims } from './claims.ts'
import { inSeconds, type IssuerContext } from './context.ts'
import type { Application } from './seed.ts'
import type { IssuedToken, SignIn, TokenAnswer } from './sign-ins.ts'

/** The tokens of a sign-in; `undefined` when its user is gone. */
export async function answerSignIn(
  signIn: SignIn,
  { isRefresh }: { isRefresh: boolean },
  context: IssuerContext,
): Promise<TokenAnswer | undefined> {
  const { clock, directory, keys, settings, signIns } = context
  const user = directory.user(signIn.userId)
  if (!user) return undefined
  const token = await accessToken(signIn, isRefresh, context)
  if (!token) return undefined
  const nonce = isRefresh ? undefined : signIn.nonce
  const isIdentified =
    signIn.scopes.includes('openid') && (!isRefresh || settings.refreshAnswersIdToken)
  const idToken = isIdentified
    ? await keys.sign(idTokenClaims(signIn, user, { accessToken: token.value, nonce }, context))
    : undefined
  return {
    access_token: token.value,
    ...(idToken !== undefined && { id_token: idToken }),
    ...(signIn.scopes.includes('offline') && {
      refresh_token: signIns.issueRefreshToken(
        signIn,
        clock(),
        clock() + settings.refreshTokenLifetime * 1000,
      ),
    }),
    expires_in: token.expiresAt - inSeconds(clock),
    scope: signIn.scopes.join(' '),
    token_type: 'bearer',
  }
}

/** The token of a machine application. */
export async function answerMachine(
  application: Application,
  audiences: readonly string[],
  scopes: readonly string[],
  context: IssuerContext,
): Promise<TokenAnswer> {
  const claims = machineTokenClaims(application, audiences, scopes, context)
  return {
    access_token: await context.keys.sign(claims),
    expires_in: context.settings.machineTokenLifetime,
    scope: scopes.join(' '),
    token_type: 'bearer',
  }
}

async function accessToken(
  signIn: SignIn,
  isRefresh: boolean,
  context: IssuerContext,
): Promise<IssuedToken | undefined> {
  const { clock, directory, keys, settings } = context
  const user = directory.user(signIn.userId)
  if (!user) return undefined
  const { claimsVersion } = directory.activity(user)
  const now = inSeconds(clock)
  const held = signIn.accessToken
  const isCurrent = held && held.expiresAt > now && held.claimsVersion === claimsVersion
  if (isRefresh && settings.keepsAccessToken && isCurrent) return held
  const claims = accessTokenClaims(signIn, user, context)
  const value = await keys.sign(claims)
  signIn.accessToken = { value, expiresAt: claims.exp ?? now, claimsVersion }
  return signIn.accessToken
}
