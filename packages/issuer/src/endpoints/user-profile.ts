import { fullName, profileClaims } from '../claims.ts'
import { type Call, type Endpoint, json, readCaller } from './endpoint.ts'

/** The user's profile in both of Kinde's shapes (KINDE-PROTOCOL section 8). */
export const userProfileEndpoints: readonly Endpoint[] = [
  {
    methods: ['GET', 'POST'],
    path: /^\/oauth2\/v2\/user_profile$/,
    isForPages: true,
    answer: answerProfile,
  },
  {
    methods: ['GET'],
    path: /^\/oauth2\/user_profile$/,
    isForPages: true,
    answer: answerLegacyProfile,
  },
]

async function answerProfile(call: Call): Promise<Response> {
  const caller = await readCaller(call)
  if (!caller?.scopes.includes('openid')) return refuse()
  const { user, scopes } = caller
  return json({
    sub: user.id,
    id: user.id,
    provided_id: null,
    ...profileClaims(user, scopes, call.context.directory),
    ...(scopes.includes('profile') && { preferred_username: null }),
  })
}

async function answerLegacyProfile(call: Call): Promise<Response> {
  const caller = await readCaller(call)
  if (!caller) return refuse()
  const { user } = caller
  return json({
    id: user.id,
    preferred_email: user.email,
    first_name: user.givenName,
    last_name: user.familyName,
    full_name: fullName(user),
    picture: user.picture ?? null,
    username: null,
    provided_id: null,
  })
}

function refuse(): Response {
  const error = 'invalid_token'
  const description = 'The access token is missing, expired or not for this.'
  return json({ error, error_description: description }, 401, {
    'www-authenticate': `Bearer error="${error}"`,
  })
}
