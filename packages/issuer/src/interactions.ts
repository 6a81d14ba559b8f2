import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Provider } from 'oidc-provider'
import { inSeconds, type IssuerContext } from './context.ts'
import { asksToRegister, signInPath } from './dialect.ts'
import {
  errorPage,
  organizationPage,
  pageHeaders,
  registerPage,
  signInPage,
} from './pages/index.ts'
import type { Organization, User } from './seed.ts'

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>

/** A request for a page of a sign-in, in the forms that its two readers want. */
export interface Visit {
  readonly message: IncomingMessage
  readonly response: ServerResponse
  readonly request: Request
}

interface Step extends Visit {
  readonly interaction: Interaction
  readonly form: URLSearchParams
  readonly context: IssuerContext
  readonly provider: Provider
}

/**
 * Serves the pages of a sign-in and takes their forms. Each sign-in has a cookie of its own, without
 * which neither a page is shown nor a form taken.
 */
export async function serveInteraction(
  visit: Visit,
  provider: Provider,
  context: IssuerContext,
): Promise<void> {
  const { message, response, request } = visit
  const interaction = await provider.interactionDetails(message, response).catch(() => undefined)
  const { pathname } = new URL(request.url)
  if (!interaction || pathname !== `${signInPath}/${interaction.uid}`) return showExpired(visit)
  const isForm = request.method === 'POST'
  if (isForm && !isOwnPage(request, context)) return showExpired(visit)
  const form = new URLSearchParams(isForm ? await request.text() : '')
  const step: Step = { ...visit, interaction, form, context, provider }
  if (!isForm) return showPage(step)
  if (form.get('action') === 'cancel') return cancel(step)
  return takeForm(step)
}

function takeForm(step: Step): Promise<void> {
  if (step.interaction.prompt.name === 'organization') return chooseOrganization(step)
  return isRegistration(step) ? register(step) : signIn(step)
}

function showPage(step: Step, error?: string, invalid?: 'password'): Promise<void> {
  const { interaction, context, form } = step
  const application = context.directory.application(String(interaction.params['client_id']))
  const common = {
    applicationName: application?.name ?? '',
    ...(error !== undefined && { error }),
  }
  if (interaction.prompt.name === 'organization') {
    return show(step, organizationPage({ ...common, organizations: readOrganizations(step) }))
  }
  const email = form.get('email') ?? readHint(interaction.params['login_hint'])
  const page = new URL(step.request.url).pathname
  if (!isRegistration(step)) {
    const users = context.directory.seededUsers()
    const registerUrl = `${page}?page=register`
    return show(step, signInPage({ ...common, email, users, registerUrl }))
  }
  const entered = {
    email,
    givenName: form.get('given_name') ?? '',
    familyName: form.get('family_name') ?? '',
    ...(invalid && { invalid }),
  }
  return show(step, registerPage({ ...common, ...entered, signInUrl: `${page}?page=sign-in` }))
}

function readOrganizations({ interaction, context }: Step): Organization[] {
  const user = context.directory.user(interaction.session?.accountId)
  return user ? context.directory.organizationsOf(user) : []
}

async function signIn(step: Step): Promise<void> {
  const { form, context } = step
  // The page lists those of the seed, whose passwords are no secret.
  const listed = context.directory.seededUsers().find(({ id }) => id === form.get('user'))
  if (listed) return finishLogin(step, listed)
  const user = context.directory.userByEmail(form.get('email') ?? '')
  if (user && user.password === form.get('password')) return finishLogin(step, user)
  if (user) context.directory.activity(user).failedSignIns += 1
  return showPage(step, 'The email or the password is wrong.')
}

async function register(step: Step): Promise<void> {
  const { form, context } = step
  const read = (name: string): string => (form.get(name) ?? '').trim()
  const email = read('email')
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) return showPage(step, 'This is not an email address.')
  if (context.directory.userByEmail(email)) {
    return showPage(step, 'Somebody is registered with this email. Sign in instead.')
  }
  const password = form.get('password') ?? ''
  if (password === '') return showPage(step, 'Choose a password.', 'password')
  const names = { givenName: read('given_name'), familyName: read('family_name') }
  return finishLogin(step, context.directory.register({ email, password, ...names }))
}

async function chooseOrganization(step: Step): Promise<void> {
  const { interaction, form, context } = step
  const user = context.directory.user(interaction.session?.accountId)
  const code = form.get('organization') ?? ''
  if (!user || !context.directory.membership(user, code)) {
    return showPage(step, 'Choose one of the organizations.')
  }
  return finish(step, { organization: { code } })
}

async function finishLogin(step: Step, user: User): Promise<void> {
  const { interaction, context } = step
  const activity = context.directory.activity(user)
  activity.signIns += 1
  activity.lastSignedInAt = context.clock()
  await leaveOtherSession(step, user)
  return finish(step, {
    [interaction.prompt.name]: {},
    login: { accountId: user.id, ts: inSeconds(context.clock) },
  })
}

// The provider would ask to confirm that another user is signed out first, with a script; whoever has
// given another user's password has said so already.
async function leaveOtherSession(
  { message, response, interaction, provider }: Step,
  user: User,
): Promise<void> {
  const session = await provider.Session.get(provider.createContext(message, response))
  if (session.accountId === undefined || session.accountId === user.id) return
  await session.destroy()
  delete interaction.session
  await interaction.persist()
}

function cancel(step: Step): Promise<void> {
  const error = { error: 'access_denied', error_description: 'The user cancelled the sign-in' }
  return finish(step, error)
}

function finish(
  { provider, message, response }: Step,
  result: Record<string, unknown>,
): Promise<void> {
  return provider.interactionFinished(message, response, result)
}

function isRegistration({ request, interaction }: Step): boolean {
  const page = new URL(request.url).searchParams.get('page')
  if (page !== null) return page === 'register'
  const { params, prompt } = interaction
  return prompt.name === 'create' || asksToRegister(params['start_page'])
}

// A form of another site cannot have the cookie (SameSite=Lax); this says the same a second time. Fetch
// Metadata comes first, for the pages send no referrer and so Chromium says that their origin is `null`.
function isOwnPage({ headers }: Request, { url }: IssuerContext): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site === 'same-origin'
  return (headers.get('origin') ?? url) === url
}

// Kinde's hint may also name a phone or a username (KINDE-PROTOCOL section 2).
function readHint(hint: unknown): string {
  return typeof hint === 'string' && hint.includes('@') ? hint : ''
}

async function show(step: Step, html: string): Promise<void> {
  const { context, interaction, request } = step
  // Chromium holds form-action against the redirects that follow, and the last leads to the application.
  const target = URL.parse(String(interaction.params['redirect_uri']))
  const targets = [context.url, ...(target ? [target.origin] : [])]
  // A page that answers a form is one that refused it.
  send(step, request.method === 'POST' ? 400 : 200, html, targets)
}

async function showExpired(visit: Visit): Promise<void> {
  const message =
    'This sign-in has expired or was begun in another browser. Go back and begin again.'
  send(visit, 400, errorPage({ code: 'sign_in_expired', message }), [])
}

function send({ response }: Visit, status: number, html: string, targets: string[]): void {
  response.writeHead(status, pageHeaders(targets)).end(html)
}
