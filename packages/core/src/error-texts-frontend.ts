import type { ErrorText } from './error-texts-first.ts'

/** What a front-end app can say beside that. */
export type FrontendErrorCode =
  | 'provider_response_invalid'
  | 'client_rejected'
  | 'transaction_missing'
  | 'callback_invalid'
  | 'authorization_failed'
  | 'code_exchange_failed'
  | 'id_token_invalid'
  | 'organization_mismatch'
  | 'login_loop'
  | 'access_token_expired'
  | 'session_expired'
  | 'account_api_failed'
  | 'browser_unsupported'

/** The texts of {@link FrontendErrorCode}. */
export const frontendTexts: Readonly<Record<FrontendErrorCode, ErrorText>> = {
  provider_response_invalid: {
    status: 502,
    title: 'The authorization server gave an unusable answer',
    message: 'The answer of the authorization server is not what the specifications ask for.',
    wayOut: 'Try again. If it happens again, tell the operator of this site.',
  },
  client_rejected: {
    status: 500,
    title: 'This site is not registered correctly',
    message:
      'The authorization server refused this application: check the client id, the client secret and that the kind of application fits.',
    wayOut: 'Tell the operator of this site; the server log names the refusal.',
  },
  transaction_missing: {
    status: 400,
    title: 'This sign-in attempt is not known here',
    message:
      'The sign-in attempt was finished already, has expired, or was started in another browser.',
    wayOut: 'Start again from this site.',
  },
  callback_invalid: {
    status: 400,
    title: 'The answer to the sign-in is not valid',
    message: 'The authorization response has missing, repeated or unexpected parameters.',
    wayOut: 'Start again from this site.',
  },
  authorization_failed: {
    status: 400,
    title: 'The sign-in was not completed',
    message: 'The authorization server ended the sign-in with an error.',
    wayOut: 'Start again, or return to the home page.',
  },
  code_exchange_failed: {
    status: 400,
    title: 'The sign-in could not be completed',
    message: 'The authorization server did not accept the authorization code.',
    wayOut: 'Start again from this site.',
  },
  id_token_invalid: {
    status: 502,
    title: 'The identity could not be verified',
    message: 'The ID token failed its checks, so nobody was signed in.',
    wayOut: 'Start again. If it happens again, tell the operator of this site.',
  },
  organization_mismatch: {
    status: 403,
    title: 'Signed in to another organization',
    message: 'The authorization server signed in to another organization than the one asked for.',
    wayOut: 'Choose an organization that you belong to.',
  },
  login_loop: {
    status: 429,
    title: 'Signing in again and again',
    message:
      'Many sign-ins succeeded within a minute, yet the page asked for another. The session cookie is probably not kept: check the site URL, the cookie domain and that cookies are allowed.',
    wayOut: 'Wait a minute, then try once more.',
  },
  access_token_expired: {
    status: 503,
    title: 'The access to data needs a renewal',
    message:
      'The access token has expired and could not be renewed. Without the scope "offline" ("offline_access" elsewhere) there is no refresh token to renew it with.',
    wayOut: 'Try again in a moment, or sign in again.',
  },
  session_expired: {
    status: 401,
    title: 'You have been signed out',
    message: 'The authorization server ended the session.',
    wayOut: 'Sign in again.',
  },
  account_api_failed: {
    status: 502,
    title: 'The account data could not be read',
    message: 'The account API refused the request.',
    wayOut: 'Sign in again, then try once more.',
  },
  browser_unsupported: {
    status: 400,
    title: 'Signing in does not work in this browser',
    message: 'This browser lacks something that a sign-in needs.',
    wayOut: 'Open this site over https, in a window that is not private, or in another browser.',
  },
}
