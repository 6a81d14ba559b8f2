import { renderPage } from './frame.ts'
import { html } from './html.ts'

/** What an error page shows. */
export interface ErrorView {
  /** The OAuth error code, or one of the issuer's. */
  readonly code: string
  /** What went wrong; empty for what the code says. */
  readonly message: string
}

const wayOut =
  'Go back to the application and begin again. If that does not help, compare what the application sends with what the seed has.'

// What a developer meets first, and what in the seed it is about.
const waysOut: ReadonlyMap<string, string> = new Map([
  [
    'invalid_redirect_uri',
    'Add the redirect URI of the request to callbackUrls of the application in the seed, exactly as it is sent.',
  ],
  ['invalid_client', 'Compare client_id and secret with the applications in the seed.'],
  ['invalid_redirect', 'Add the URL to logoutUrls of the application in the seed.'],
  ['sign_in_expired', 'Go back to the application and begin again.'],
])

/** The page that a sign-in or a sign-out ends on when it cannot lead back to the application. */
export function errorPage({ code, message }: ErrorView): string {
  return renderPage(
    'This did not work',
    html`<p data-testid="error-message">${message || 'The request was refused.'}</p>
      <p>${waysOut.get(code) ?? wayOut}</p>
      <p class="fine">Error code: <code data-testid="error-code">${code}</code></p>`,
  )
}

/** What the page after a sign-out shows. */
export interface SignedOutView {
  /** Where to go on to. */
  readonly returnUrl?: string | undefined
}

/** The page that a sign-out ends on when it names no URL to go on to. */
export function signedOutPage({ returnUrl }: SignedOutView): string {
  return renderPage(
    'You are signed out',
    html`<p>The local Kinde has forgotten who you are in this browser.</p>
      ${returnUrl !== undefined && html`<p><a href="${returnUrl}">Go on</a></p>`}`,
  )
}
