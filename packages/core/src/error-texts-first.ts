/** What an error code means: its HTTP status, a heading for a page, and the way out. */
export interface ErrorText {
  readonly status: number
  readonly title: string
  readonly message: string
  readonly wayOut: string
}

// Written for the person who reads them, so they never hold a value that came from a request or a
// provider. They are in several files because a browser should not carry what it never says.

/** What every page can say from the start. */
export type FirstErrorCode = 'configuration_invalid' | 'provider_unavailable' | 'not_authenticated'

/** The texts of {@link FirstErrorCode}. */
export const firstTexts: Readonly<Record<FirstErrorCode, ErrorText>> = {
  configuration_invalid: {
    status: 500,
    title: 'The sign-in settings are incomplete',
    message: 'The configuration has problems.',
    wayOut: 'The operator of this site finds every problem named in the server log.',
  },
  provider_unavailable: {
    status: 503,
    title: 'Sign-in is briefly unavailable',
    message: 'The authorization server cannot be reached or is in trouble.',
    wayOut: 'Wait a moment and try again.',
  },
  not_authenticated: {
    status: 401,
    title: 'Sign in to go on',
    message: 'Nobody is signed in.',
    wayOut: 'Sign in and come back.',
  },
}
