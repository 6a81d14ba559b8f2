import { createBrowser, follow } from '@trefoil/contract/browser'
import type { Application } from '../../../packages/issuer/src/seed.ts'
import { expect, owner } from './logins.ts'

/** Something that an API tells those who may read the reports, and nobody else. */
export interface Question {
  readonly path: string
  /** In GraphQL, by POST. Without: a GET. */
  readonly query?: string
}

/** The API whose tokens all consumers ask for. */
export const audience = 'https://reports.trefoil.example'

/**
 * Asks an API as nobody, with a broken token and with one that the owner signed in for. Throws when it
 * tells too much or too little.
 */
export async function askApi(
  site: string,
  issuer: string,
  application: Application,
  questions: readonly Question[],
): Promise<void> {
  const token = await fetchToken(issuer, application)
  const askEach = async (question: Question): Promise<void> => {
    const denied = await ask(site, question)
    expect(denied.challenge.startsWith('Bearer') && !denied.tells, `nobody gets ${denied.summary}`)
    const refused = await ask(site, question, 'broken')
    expect(refused.status === 401 && !refused.tells, `a broken token gets ${refused.summary}`)
    const told = await ask(site, question, token)
    expect(told.status === 200 && told.tells, `the owner gets ${told.summary}`)
  }
  await Promise.all(questions.map(askEach))
}

/** What an API answered, as far as it matters here. */
interface Answer {
  readonly status: number
  /** The value of `WWW-Authenticate`. */
  readonly challenge: string
  /** Whether a report is in it. */
  readonly tells: boolean
  readonly summary: string
}

async function ask(site: string, { path, query }: Question, token?: string): Promise<Answer> {
  const authorization = token === undefined ? undefined : { authorization: `Bearer ${token}` }
  const response = await fetch(`${site}${path}`, {
    ...(query !== undefined && { method: 'POST', body: JSON.stringify({ query }) }),
    headers: { 'content-type': 'application/json', ...authorization },
    signal: AbortSignal.timeout(30_000),
  })
  const { status, headers } = response
  const text = await response.text()
  const challenge = headers.get('www-authenticate') ?? ''
  return {
    status,
    challenge,
    tells: text.includes('Revenue'),
    summary: `${status} ${challenge} ${text} from ${path}`,
  }
}

// RFC 6749 section 4.1, as an application of somebody else's would.
async function fetchToken(issuer: string, application: Application): Promise<string> {
  const [callback = ''] = application.callbackUrls
  const request = { client_id: application.id, redirect_uri: callback, audience }
  const query = new URLSearchParams({
    ...request,
    response_type: 'code',
    scope: 'openid',
    state: 'asked-by-nobody-else',
  })
  const browser = createBrowser()
  const form = await browser.visit(`${issuer}/oauth2/auth?${query}`)
  const end = follow(await browser.submit(form, owner, { stopBefore: callback }))
  const response = await fetch(`${issuer}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: new URL(end).searchParams.get('code') ?? '',
      redirect_uri: callback,
      client_id: application.id,
      client_secret: application.secret ?? '',
    }),
  })
  const { access_token: token }: { access_token?: string } = JSON.parse(await response.text())
  expect(token !== undefined, `the issuer answers ${response.status} to the code`)
  return token ?? ''
}
