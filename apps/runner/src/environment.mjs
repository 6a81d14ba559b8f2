import { randomBytes } from 'node:crypto'

/** @typedef {import('@trefoil/issuer').Application} Application */

/**
 * What the services' environments are made of.
 * @typedef {object} Stack
 * @property {string} issuerUrl
 * @property {string} apiUrl
 * @property {readonly Application[]} applications
 * @property {readonly string[]} allowedOrigins of the front-end demos, whose pages call the API
 */

const reportsAudience = 'https://reports.trefoil.example'
// A setting of the developer's would send a demo to another issuer.
const ours = /^(KINDE|TREFOIL)_/

/**
 * The environment of one server: what all need, and what its kind needs.
 * @param {import('./services.mjs').Service} service
 * @param {string} url Where it listens.
 * @param {Stack} stack
 * @param {NodeJS.ProcessEnv} base what of it is not about Kinde goes on to the server
 * @returns {NodeJS.ProcessEnv}
 */
export function makeEnvironment({ application }, url, stack, base) {
  return {
    ...withoutOurs(base),
    PORT: new URL(url).port,
    KINDE_ISSUER_URL: stack.issuerUrl,
    KINDE_AUDIENCE: reportsAudience,
    ...(application === undefined
      ? { ALLOWED_ORIGINS: stack.allowedOrigins.join(',') }
      : makeDemoEnvironment(findApplication(stack, application), url, stack)),
  }
}

/**
 * The environment of the machine job.
 * @param {Stack} stack
 * @param {NodeJS.ProcessEnv} base
 * @returns {NodeJS.ProcessEnv}
 */
export function makeMachineEnvironment(stack, base) {
  return {
    ...withoutOurs(base),
    KINDE_ISSUER_URL: stack.issuerUrl,
    API_URL: stack.apiUrl,
    REPORTS_AUDIENCE: reportsAudience,
    ...makeMachineCredentials(stack),
  }
}

/**
 * @param {Application} application
 * @param {string} url
 * @param {Stack} stack
 */
function makeDemoEnvironment({ id, kind, secret }, url, stack) {
  const shared = { KINDE_CLIENT_ID: id, KINDE_SITE_URL: url, API_URL: stack.apiUrl }
  // A front-end app keeps no secrets, of whatever kind.
  if (kind === 'frontend') return shared
  return {
    ...shared,
    KINDE_CLIENT_SECRET: secret,
    TREFOIL_SECRET: randomBytes(32).toString('base64'),
    ...makeMachineCredentials(stack),
  }
}

/** @param {Stack} stack */
function makeMachineCredentials(stack) {
  const { id, secret = '' } = findApplication(stack, 'machine-demo')
  return { KINDE_M2M_CLIENT_ID: id, KINDE_M2M_CLIENT_SECRET: secret }
}

/**
 * @param {Stack} stack
 * @param {string} id
 */
function findApplication({ applications }, id) {
  const application = applications.find((entry) => entry.id === id)
  if (!application) throw new Error(`The issuer's seed has no application ${id}.`)
  return application
}

/** @param {NodeJS.ProcessEnv} base */
function withoutOurs(base) {
  return Object.fromEntries(Object.entries(base).filter(([name]) => !ours.test(name)))
}
