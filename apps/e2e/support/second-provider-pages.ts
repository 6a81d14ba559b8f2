import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { KoaContextWithOIDC, Provider } from 'oidc-provider'

// Pages that have nothing in common with the local issuer's: other names, one field at a time, and a question
// before each first use and each sign-out.

/** Where the parts of these pages are. */
export const pageParts = {
  email: 'input[name="account"]',
  consent: 'button[value="agree"]',
  cancel: 'button[value="decline"]',
  signOut: 'button[value="yes"]',
} as const

/** Who can sign in. */
export interface Account {
  readonly email: string
  readonly password: string
}

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>

/** Shows the page that a sign-in is at, or takes its form. */
export async function serveSignIn(
  message: IncomingMessage,
  response: ServerResponse,
  provider: Provider,
  account: Account,
): Promise<void> {
  try {
    const interaction = await provider.interactionDetails(message, response)
    const form = new URLSearchParams(message.method === 'POST' ? await text(message) : '')
    const result = await decide(interaction, form, provider, account)
    if (typeof result === 'string') send(response, 200, result)
    else await provider.interactionFinished(message, response, result)
  } catch (error) {
    send(response, 400, error instanceof Error ? escape(error.message) : 'It failed.')
  }
}

/** The page that asks whether somebody wants to sign out. */
export function confirmSignOut(ctx: KoaContextWithOIDC, form: string): void {
  ctx.body = toPage(
    `${form}<button name="logout" value="yes" form="op.logoutForm">Sign out everywhere</button>`,
  )
}

/** The page where a sign-out ends that leads nowhere else. */
export function showSignedOut(ctx: KoaContextWithOIDC): void {
  ctx.body = toPage('<p>Nobody is signed in.</p>')
}

/** The page of a request that the provider refuses. */
export function showError(ctx: KoaContextWithOIDC, { error, error_description }: ErrorOut): void {
  ctx.body = toPage(`<p>${escape(`${error}: ${error_description ?? ''}`)}</p>`)
}

interface ErrorOut {
  readonly error: string
  readonly error_description?: string | undefined
}

// The next page, or how the step ends.
async function decide(
  interaction: Interaction,
  form: URLSearchParams,
  provider: Provider,
  account: Account,
): Promise<string | Record<string, unknown>> {
  const action = form.get('action')
  if (action === 'decline') return { error: 'access_denied' }
  if (interaction.prompt.name === 'consent') {
    return action === 'agree' ? agree(interaction, provider) : consentPage
  }
  const email = form.get('account') ?? ''
  const isKnown = email === account.email && form.get('secret') === account.password
  if (isKnown) return { login: { accountId: account.email } }
  return email === '' ? accountPage : passwordPage(email)
}

async function agree(
  { prompt, params, session, grantId }: Interaction,
  provider: Provider,
): Promise<Record<string, unknown>> {
  const known = grantId === undefined ? undefined : await provider.Grant.find(grantId)
  const accountId = session?.accountId
  const grant = known ?? new provider.Grant({ accountId, clientId: String(params['client_id']) })
  const { missingOIDCScope: scopes } = prompt.details
  if (Array.isArray(scopes)) grant.addOIDCScope(scopes.join(' '))
  return { consent: { grantId: await grant.save() } }
}

const decline = '<button name="action" value="decline" formnovalidate>No, go back</button>'
const accountPage = toPage(
  `<form method="post"><label>Account <input name="account" required></label><button>Next</button>${decline}</form>`,
)
const consentPage = toPage(
  `<form method="post"><p>An application asks who you are.</p><button name="action" value="agree">Tell it</button>${decline}</form>`,
)

function passwordPage(email: string): string {
  return toPage(
    `<form method="post"><input type="hidden" name="account" value="${escape(email)}"><label>Secret <input type="password" name="secret" required></label><button>Enter</button>${decline}</form>`,
  )
}

function toPage(body: string): string {
  return `<!doctype html><html lang="en"><title>Elsewhere</title><body><h1>Elsewhere</h1>${body}</body></html>`
}

function escape(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

function send(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(html)
}
