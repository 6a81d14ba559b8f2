import { createBackendApp } from '@trefoil/core/backend'
import { browse, type Page } from './browse.ts'
import { type Finding, ok, problem, unknown, warning } from './finding.ts'
import type { Project } from './project.ts'
import { backendOptions } from './settings-check.ts'

/** What the running app is held against. */
interface Expected {
  readonly siteOrigin: string
  readonly callbackUrl: string
  readonly clientId: string
}

/**
 * Asks the running app to begin a sign-in, and looks where it sends a browser and with which cookies:
 * there it shows for what it takes itself behind its proxy.
 */
export async function checkApp(project: Project, app: URL): Promise<Finding[]> {
  const isBackend = project.kind === 'backend'
  const url = isBackend ? new URL('/auth/login', app) : app
  const page = await browse(url)
  if (!page) {
    const remedy = 'Start it, or correct --app.'
    return [problem('running app', `${app.origin} does not answer.`, remedy)]
  }
  if (!isBackend) return [checkPage(app, page)]
  return page.target?.searchParams.has('redirect_uri')
    ? compare(project, app, page.target, page)
    : [explainOther(app, page)]
}

function checkPage(app: URL, { target }: Page): Finding {
  if (!target || target.origin === app.origin) return ok('running app', `${app.origin} answers.`)
  return warning(
    'running app',
    `${app.origin} sends browsers to ${target.origin}.`,
    `Sign-ins come back to one origin alone: register that of ${target.origin}.`,
  )
}

function compare(project: Project, app: URL, target: URL, page: Page): Finding[] {
  const { siteOrigin, clientId } = createBackendApp(backendOptions(project)).configure()
  const expected = { siteOrigin, clientId, callbackUrl: `${siteOrigin}${project.callbackPath}` }
  const findings = [
    ...compareOrigin(expected, app, target),
    ...compareClient(expected, target),
    ...compareCookies(expected, page),
  ]
  const isSame = `It sends sign-ins back to ${expected.callbackUrl}, with the cookies that fit.`
  return findings.length > 0 ? findings : [ok('running app', isSame)]
}

function compareOrigin({ siteOrigin, callbackUrl }: Expected, app: URL, target: URL): Finding[] {
  const redirectUri = target.searchParams.get('redirect_uri') ?? ''
  const back = URL.canParse(redirectUri) ? new URL(redirectUri) : undefined
  if (!back) return [unknown('running app', 'It sends a browser away without a way back.')]
  if (back.protocol !== new URL(siteOrigin).protocol) {
    return [
      problem(
        'proxy',
        `The app takes itself for ${back.origin}, the site is ${siteOrigin}.`,
        trustProxy,
      ),
    ]
  }
  if (back.origin !== siteOrigin) {
    return [
      problem(
        'running app',
        `The app sends sign-ins back to ${back.origin}, but KINDE_SITE_URL here is ${siteOrigin}.`,
        sameEnvironment,
      ),
    ]
  }
  if (back.href !== callbackUrl) {
    return [
      problem(
        'running app',
        `The app sends sign-ins back to ${back.href}, not to ${callbackUrl}.`,
        `Say --callback-path ${back.pathname}, and register that one.`,
      ),
    ]
  }
  return isReachedElsewhere(app, back) ? [describeElsewhere(app, back)] : []
}

// Behind its proxy an app is asked on its own machine, which says nothing.
function isReachedElsewhere(app: URL, back: URL): boolean {
  const isOwnMachine = /^(localhost|127\..*|\[::1\])$/.test(app.hostname)
  return app.origin !== back.origin && !(isOwnMachine && back.protocol === 'https:')
}

function describeElsewhere(app: URL, back: URL): Finding {
  return problem(
    'proxy',
    `Asked at ${app.origin}, the app sends sign-ins back to ${back.origin}, where their cookies are not.`,
    `Send visitors to ${back.origin} alone, or add ${app.origin} to allowedOrigins. ${trustProxy}`,
  )
}

const trustProxy =
  'Let the framework read X-Forwarded-Proto and X-Forwarded-Host of your own proxy alone (Express: app.set("trust proxy", 1)), let the proxy set both, and set KINDE_SITE_URL in the environment of the running app.'

const sameEnvironment =
  'Run the doctor with the environment of the running app, or give the app the settings here and restart it.'

function compareClient({ clientId }: Expected, target: URL): Finding[] {
  if (target.searchParams.get('client_id') === clientId) return []
  const message = 'The running app signs in as another application than KINDE_CLIENT_ID here.'
  return [problem('running app', message, sameEnvironment)]
}

function compareCookies({ siteOrigin }: Expected, { cookies }: Page): Finding[] {
  const isHttps = siteOrigin.startsWith('https:')
  const odd = cookies.filter((cookie) => /;\s*secure/i.test(cookie) !== isHttps)
  if (odd.length === 0) return []
  const message = isHttps
    ? `The app sets cookies without Secure, though the site is ${siteOrigin}.`
    : `The app sets Secure cookies, which browsers may not keep at ${siteOrigin}.`
  return [problem('cookies', message, `${sameEnvironment} The cookies follow KINDE_SITE_URL.`)]
}

function explainOther(app: URL, { status, target, text }: Page): Finding {
  if (target && target.origin !== app.origin) {
    const message = `${app.origin} sends browsers to ${target.origin}.`
    const remedy = `Ask that one: --app ${target.origin}. KINDE_SITE_URL must be it.`
    return problem('proxy', message, remedy)
  }
  const [, code] = /data-testid="error-code"[^>]*>(\w{1,64})</.exec(text) ?? []
  const message = `${app.origin}/auth/login answers with ${status}${code ? ` (${code})` : ''}.`
  return problem('running app', message, 'Look into the log of the app, which names the cause.')
}
