import { createHash, randomBytes } from 'node:crypto'
import { decodeJwt, type JWTPayload } from 'jose'
import { afterEach } from 'vitest'
import { type Application, type Issuer, type IssuerOptions, startIssuer } from '../src/index.ts'
import { Browser, locationOf, type Page } from './browser.ts'

export const reports = 'https://reports.trefoil.example'
export const password = 'trefoil'

const running: Issuer[] = []

afterEach(async () => {
  await Promise.all(running.splice(0).map((issuer) => issuer.close()))
})

/** Starts an issuer on a free port and closes it after the test. */
export async function start(options: IssuerOptions = {}): Promise<Issuer> {
  const issuer = await startIssuer({ port: 0, ...options })
  running.push(issuer)
  return issuer
}

/** An application of the seed, which must be there. */
export function findApplication(issuer: Issuer, id: string): Application {
  const application = issuer.seed.applications.find((entry) => entry.id === id)
  if (!application) throw new Error(`The seed has no application ${id}.`)
  return application
}

type Parameters = Readonly<Record<string, string | readonly string[] | undefined>>

/** What an application knows of a sign-in that it began. */
export interface Attempt {
  readonly url: string
  readonly verifier: string
  readonly application: Application
  readonly redirectUri: string
}

/** An authorization request of an application's with PKCE; parameters replace and `undefined` removes. */
export function begin(issuer: Issuer, parameters: Parameters = {}, id = 'express-demo'): Attempt {
  const application = findApplication(issuer, id)
  const verifier = randomBytes(32).toString('base64url')
  const redirectUri = application.callbackUrls[0] ?? ''
  const query = new URLSearchParams()
  const all = {
    client_id: id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid profile email offline',
    state: 'the-state',
    nonce: 'the-nonce',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...parameters,
  }
  for (const [name, value] of Object.entries(all)) {
    for (const text of [value ?? []].flat()) query.append(name, text)
  }
  return {
    url: `${issuer.url}/oauth2/auth?${query.toString()}`,
    verifier,
    application,
    redirectUri,
  }
}

/** The parameters with which the issuer led back to the application. */
export function callbackOf(page: Page): Record<string, string> {
  const target = locationOf(page)
  if (!target) throw new Error(`No redirect, but ${page.status}: ${page.text.slice(0, 2000)}`)
  return Object.fromEntries(target.searchParams)
}

/** Signs in with a form and gives the callback's parameters. */
export async function signIn(
  attempt: Attempt,
  email: string = 'owner@example.com',
  browser: Browser = new Browser(),
): Promise<Record<string, string>> {
  const form = await browser.visit(attempt.url)
  return callbackOf(await browser.submit(form, { email, password }))
}

/** An answer of the token endpoint. */
export interface TokenResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, string>>
}

/** Asks the token endpoint as it is. */
export async function askToken(
  issuer: Issuer,
  form: Parameters,
  headers: Record<string, string> = {},
): Promise<TokenResponse> {
  const body = new URLSearchParams()
  for (const [name, value] of Object.entries(form)) {
    for (const text of [value ?? []].flat()) body.append(name, text)
  }
  const response = await fetch(`${issuer.url}/oauth2/token`, { method: 'POST', body, headers })
  return {
    status: response.status,
    headers: response.headers,
    body: toTexts(await response.json()),
  }
}

/** The credentials of an application, in the body. */
export function credentials({ id, secret }: Application): Record<string, string> {
  return { client_id: id, ...(secret !== undefined && { client_secret: secret }) }
}

/** Exchanges the code of a callback. */
export function exchange(
  issuer: Issuer,
  { application, redirectUri, verifier }: Attempt,
  { code = '' }: Record<string, string>,
): Promise<TokenResponse> {
  return askToken(issuer, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
    ...credentials(application),
  })
}

/** Signs in and gives the tokens. */
export async function signInForTokens(
  issuer: Issuer,
  options: {
    parameters?: Parameters
    email?: string
    application?: string
    browser?: Browser
  } = {},
): Promise<TokenResponse['body']> {
  const attempt = begin(issuer, options.parameters, options.application)
  const callback = await signIn(attempt, options.email, options.browser)
  const { status, body } = await exchange(issuer, attempt, callback)
  if (status !== 200) throw new Error(`The code was refused: ${JSON.stringify(body)}`)
  return body
}

/** Refreshes with a refresh token. */
export function refresh(
  issuer: Issuer,
  refreshToken: string | undefined,
  application = 'express-demo',
): Promise<TokenResponse> {
  return askToken(issuer, {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    ...credentials(findApplication(issuer, application)),
  })
}

/** Asks for a machine token. */
export function askMachine(
  issuer: Issuer,
  form: Parameters,
  application = 'machine-demo',
): Promise<TokenResponse> {
  return askToken(issuer, {
    grant_type: 'client_credentials',
    ...credentials(findApplication(issuer, application)),
    ...form,
  })
}

/** The claims of a token. */
export function claimsOf(token: string | undefined): JWTPayload {
  return decodeJwt(token ?? '')
}

/** Calls an API with a bearer token. */
export async function call(
  issuer: Issuer,
  path: string,
  token: string | undefined,
  init: RequestInit = {},
): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }> {
  const headers = new Headers(init.headers)
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  const response = await fetch(`${issuer.url}${path}`, { ...init, headers })
  return {
    status: response.status,
    headers: response.headers,
    body: toObject(await response.json()),
  }
}

function toTexts(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(toObject(value)).map(([name, member]) => [name, String(member)]),
  )
}

function toObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
