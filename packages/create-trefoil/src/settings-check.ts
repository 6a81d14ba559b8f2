import { randomBytes } from 'node:crypto'
import { ConfigurationError } from '@trefoil/core'
import { type BackendConfig, type BackendOptions, createBackendApp } from '@trefoil/core/backend'
import { createBearerVerifier } from '@trefoil/core/bearer'
import { createMachineApp } from '@trefoil/core/machine'
import { type Finding, ok, problem, warning } from './finding.ts'
import type { Project } from './project.ts'

/** Looks at the settings alone, by the rules of the core: nothing is asked of anybody. */
export function checkSettings(project: Project): Finding[] {
  const problems = [...new Set(listProblems(project))]
  if (problems.length > 0) return problems.map(toFinding)
  return [
    ok('settings', 'are complete.'),
    ...(project.kind === 'backend' ? [describeCookies(project), ...checkExample(project)] : []),
  ]
}

/** The issuer, where it is named as it must be. */
export function readIssuer({ env, preset }: Project): string | undefined {
  let issuer: string | undefined
  findProblems(() => {
    const { KINDE_ISSUER_URL } = env
    const verifier = createBearerVerifier({ preset, audience: 'any', env: { KINDE_ISSUER_URL } })
    ;({ issuer } = verifier.configure())
  })
  return issuer
}

/** What a back-end application of this project is made with. */
export function backendOptions({ env, preset, callbackPath, clock }: Project): BackendOptions {
  return { env, preset, callbackPath, onEvent: () => {}, ...(clock && { clock }) }
}

/**
 * What a front-end application of this project is asked about with: it sends the authorization request
 * of a back-end one, and what only a server has is stood in for.
 */
export function frontendOptions(project: Project): BackendOptions {
  const { env } = project
  const { KINDE_ISSUER_URL, KINDE_CLIENT_ID, KINDE_AUDIENCE, KINDE_SCOPE } = env
  return {
    ...backendOptions(project),
    ...standIns(),
    env: { KINDE_ISSUER_URL, KINDE_CLIENT_ID, KINDE_AUDIENCE, KINDE_SCOPE },
    siteUrl: readSite(project) ?? 'http://localhost',
  }
}

/** What the authorization server alone is asked about with. */
export function providerOptions(project: Project): BackendOptions {
  const { KINDE_ISSUER_URL } = project.env
  return {
    ...backendOptions(project),
    ...standIns(),
    env: { KINDE_ISSUER_URL },
    callbackPath: '/auth/callback',
    clientId: 'none',
    siteUrl: 'http://localhost',
  }
}

/** The site of a project, as far as it is named: a page knows its own origin without a setting. */
export function readSite({ env, app }: Project): string | undefined {
  return env['KINDE_SITE_URL']?.trim() || app?.origin
}

function standIns(): { secret: string; clientSecret: string } {
  const standIn = randomBytes(32).toString('base64')
  return { secret: standIn, clientSecret: standIn }
}

function listProblems(project: Project): readonly string[] {
  const { kind, env, preset } = project
  if (kind === 'machine') return findProblems(() => createMachineApp({ env, preset }).configure())
  if (kind === 'api') return findProblems(() => createBearerVerifier({ env, preset }).configure())
  if (kind === 'frontend') return listFrontendProblems(project)
  const machine = env['KINDE_M2M_CLIENT_ID']?.trim()
    ? findProblems(() => createMachineApp({ env, preset }).configure())
    : []
  return [...findProblems(() => createBackendApp(backendOptions(project)).configure()), ...machine]
}

function listFrontendProblems(project: Project): readonly string[] {
  const problems = findProblems(() => createBackendApp(frontendOptions(project)).configure())
  return project.env['KINDE_CLIENT_SECRET']?.trim() ? [...problems, secretGiven] : problems
}

const secretGiven =
  'clientSecret (KINDE_CLIENT_SECRET) is given to a front-end application, whose code anyone can read: remove it. If the details page shows a secret, the application was created as "Back-end web"; create one of the kind "Front-end and mobile", and rotate the secret if it was ever built in.'

function findProblems(configure: () => unknown): readonly string[] {
  try {
    configure()
    return []
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems
    throw error
  }
}

function toFinding(text: string): Finding {
  const [, label = '', variable, rest = text] = /^(\w+) \((\w+)\) (.*)$/s.exec(text) ?? []
  const [, message = rest, remedy] = /^(.*?): (.*)$/s.exec(rest) ?? []
  const sentence = /[.!?]$/.test(message) ? message : `${message}.`
  return problem(variable ?? (label || 'settings'), sentence, upperFirst(remedy ?? mendEnvironment))
}

const mendEnvironment = 'Change it in the environment of the app, such as its .env.'

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function describeCookies(project: Project): Finding {
  const { cookies, siteOrigin }: BackendConfig = createBackendApp(
    backendOptions(project),
  ).configure()
  const scope = cookies.domain === undefined ? 'for this host alone' : `shared by ${cookies.domain}`
  const kind = cookies.secure
    ? `Secure and named ${cookies.domain === undefined ? '__Host-' : '__Secure-'}…, because the site is https`
    : 'not Secure, because the site is plain http on this machine'
  return ok('cookies', `of ${siteOrigin} are ${kind}; ${scope}.`)
}

// What the core lets pass on this machine would stop the site where it is public.
function checkExample(project: Project): Finding[] {
  const options = { ...backendOptions(project), siteUrl: 'https://trefoil.example' }
  const isExample = findProblems(() => createBackendApp(options).configure()).find((text) =>
    text.includes('TREFOIL_SECRET'),
  )
  if (isExample === undefined) return []
  const { message, remedy = '' } = toFinding(isExample)
  return [warning('TREFOIL_SECRET', `${message} That does on this machine only.`, remedy)]
}
