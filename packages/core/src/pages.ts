import { AccessDeniedError, type TrefoilError } from './errors.ts'
import type { Outcome, RequestView } from './outcome.ts'
import { ProviderError } from './provider-error.ts'
import { isNavigation } from './request.ts'

/** Headers of every answer of our routes. */
export const routeHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'private, no-store',
  vary: 'Cookie',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** Where a page's links lead. */
export interface PageLinks {
  readonly home: string
  readonly login: string
}

/**
 * Answers with an error: a page when a person navigates, JSON otherwise. Both carry the code, the
 * message and the way out, and nothing of the evidence.
 */
export function renderError(view: RequestView, error: TrefoilError, links: PageLinks): Outcome {
  const headers = { ...routeHeaders, ...retryHeaders(error), ...error.headers }
  const answer = isNavigation(view)
    ? { headers: { ...headers, ...pageHeaders() }, body: errorPage(error, links) }
    : {
        headers: { ...headers, ...jsonHeaders },
        body: JSON.stringify({ error: describe(error, links) }),
      }
  return { status: error.status, cookies: [], error, ...answer }
}

/** Answers with JSON that depends on the session. */
export function renderJson(value: unknown): Outcome {
  return {
    status: 200,
    headers: { ...routeHeaders, ...jsonHeaders },
    cookies: [],
    body: JSON.stringify(value),
  }
}

/** Redirects; a POST becomes a GET with 303 (RFC 9110 section 15.4.4). */
export function redirect(view: RequestView, location: string): Outcome {
  const status = view.method === 'GET' || view.method === 'HEAD' ? 302 : 303
  return { status, location, headers: routeHeaders, cookies: [] }
}

/**
 * Asks before doing what only a page of this site may do at once. `formTargets` are the origins that
 * the form's redirects lead to: Chromium holds `form-action` against those as well.
 */
export function renderConfirmation(options: {
  title: string
  message: string
  button: string
  action: string
  home: string
  formTargets: readonly string[]
}): Outcome {
  const { title, message, button, action, home, formTargets } = options
  const body = page(
    title,
    `<p>${escapeHtml(message)}</p>
    <form method="post" action="${escapeHtml(action)}"><button type="submit">${escapeHtml(button)}</button></form>
    <p><a href="${escapeHtml(home)}">Stay signed in</a></p>`,
  )
  return {
    status: 200,
    // With no referrer at all a browser without Fetch Metadata would say that its form is of nobody's.
    headers: { ...routeHeaders, ...pageHeaders(formTargets), 'referrer-policy': 'same-origin' },
    cookies: [],
    body,
  }
}

const jsonHeaders = {
  'content-type': 'application/json; charset=utf-8',
  'cross-origin-resource-policy': 'same-origin',
}

function retryHeaders(error: TrefoilError): Record<string, string> {
  return error.status === 503 || error.status === 429 ? { 'retry-after': '5' } : {}
}

function describe(error: TrefoilError, links: PageLinks): object {
  const { code, wayOut } = error
  return {
    code,
    message: publicMessage(error),
    wayOut,
    ...(error instanceof ProviderError && { error: error.error }),
    ...(error instanceof AccessDeniedError && { missing: error.missing }),
    ...(signInHelps(error) && { loginUrl: links.login }),
  }
}

// A caller of an API needs another token, not a login page.
function signInHelps({ status, code }: TrefoilError): boolean {
  return status === 401 && code !== 'token_missing' && code !== 'token_invalid'
}

// Operators read a configuration error in the log; visitors only learn that there is one.
function publicMessage(error: TrefoilError): string {
  return error.code === 'configuration_invalid' ? 'The configuration has problems.' : error.message
}

function errorPage(error: TrefoilError, links: PageLinks): string {
  const code = error instanceof ProviderError ? error.error : error.code
  return page(
    error.title,
    `<p data-testid="error-message">${escapeHtml(publicMessage(error))}</p>
    <p>${escapeHtml(error.wayOut)}</p>
    <p class="links"><a class="button" href="${escapeHtml(links.login)}">Sign in</a> <a href="${escapeHtml(links.home)}">Home</a></p>
    <p class="code">Error code: <code data-testid="error-code">${escapeHtml(code)}</code></p>`,
  )
}

// The one style of our pages is all that the policy lets in.
function pageHeaders(formTargets: readonly string[] = []): Record<string, string> {
  const targets = ["'self'", ...formTargets].join(' ')
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src '${styleHash}'; frame-ancestors 'none'; base-uri 'none'; form-action ${targets}`,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'x-frame-options': 'DENY',
  }
}

/** The style of our pages: system fonts, light and dark. */
export const style: string = `:root{color-scheme:light dark;font:1rem/1.6 system-ui,sans-serif}body{margin:0;min-height:100vh;display:grid;place-items:center;background:light-dark(#f6f7f5,#141614);color:light-dark(#1c211d,#e8ece8)}main{box-sizing:border-box;width:min(32rem,100% - 2rem);padding:2rem;border-radius:1rem;background:light-dark(#fff,#1f2320);box-shadow:0 1px 3px #0003}h1{margin:0 0 1rem;font-size:1.4rem;line-height:1.25}button,.button{display:inline-block;font:inherit;padding:.5rem 1.1rem;border:0;border-radius:.5rem;background:light-dark(#1d6b43,#7fd6a4);color:light-dark(#fff,#0d2417);text-decoration:none;cursor:pointer;margin-right:1rem}a{color:light-dark(#1d6b43,#7fd6a4)}:focus-visible{outline:3px solid light-dark(#1d6b43,#7fd6a4);outline-offset:3px}.code{margin-bottom:0;font-size:.9rem;color:light-dark(#596159,#a4aca5)}code{overflow-wrap:anywhere}`

/** The digest of {@link style} for the policy; a test keeps the two together. */
export const styleHash: string = 'sha256-Eq0Pr4nfFosMAXg9Vm4gl01gmB4pstwYC5ewEsurHzo='

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${content}
</main>
</body>
</html>
`
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
