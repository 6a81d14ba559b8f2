import { join } from 'node:path'
import { root, run } from './command.mjs'
import { makeEnvironment } from './environment.mjs'
import { startLocalIssuer } from './local-issuer.mjs'
import { formatOverview, listPeople } from './overview.mjs'
import { placeIssuer, placeServices } from './plan.mjs'
import { findPortProblems } from './ports.mjs'
import { runUntilEnd } from './run-until-end.mjs'
import { Supervisor } from './supervisor.mjs'

/**
 * Builds, runs the local issuer and every server of `apps/`, says where they are, and stops all of
 * them when asked to or when one dies.
 * @returns {Promise<number>} the exit code
 */
export async function start() {
  const [issuer, services] = [placeIssuer(process.env), placeServices(process.env)]
  const problems = await findPortProblems([issuer, ...services])
  if (problems.length > 0) {
    console.error(['', ...problems].join('\n'))
    return 1
  }
  const code = await build(services)
  return code === 0 ? runAll(issuer, services) : code
}

/** @param {readonly import('./plan.mjs').ServicePlace[]} services */
function build(services) {
  const filters = services.flatMap(({ name }) => ['--filter', `./apps/${name}...`])
  const options = ['--filter', '@trefoil/issuer', ...filters, '--output-logs=errors-only']
  return run('pnpm', ['exec', 'turbo', 'run', 'build', ...options])
}

/**
 * @param {import('./plan.mjs').Place} place of the issuer
 * @param {readonly import('./plan.mjs').ServicePlace[]} services
 */
async function runAll(place, services) {
  const issuer = await startLocalIssuer(place, services)
  const supervisor = new Supervisor(console.log)
  try {
    return await runUntilEnd(supervisor, () => keepRunning(issuer, place, services, supervisor))
  } finally {
    await issuer.close()
  }
}

/**
 * @param {import('@trefoil/issuer').Issuer} issuer
 * @param {import('./plan.mjs').Place} place
 * @param {readonly import('./plan.mjs').ServicePlace[]} services
 * @param {Supervisor} supervisor
 * @returns {Promise<never>}
 */
async function keepRunning(issuer, place, services, supervisor) {
  const stack = describeStack(issuer, services)
  const starts = services.map(({ name, title, url, service }) =>
    supervisor.start({
      name,
      title,
      command: service.command,
      cwd: join(root, 'apps', name),
      env: makeEnvironment(service, url, stack, process.env),
      healthUrl: `${url}/healthz`,
    }),
  )
  await Promise.all(starts)
  console.log(formatOverview({ places: [place, ...services], people: listPeople(issuer.seed) }))
  return supervisor.died
}

/**
 * @param {import('@trefoil/issuer').Issuer} issuer
 * @param {readonly import('./plan.mjs').ServicePlace[]} services
 * @returns {import('./environment.mjs').Stack}
 */
function describeStack({ url, seed: { applications } }, services) {
  const frontends = applications.filter(({ kind }) => kind === 'frontend').map(({ id }) => id)
  const places = services.filter(({ service }) => frontends.includes(service.application ?? ''))
  return {
    issuerUrl: url,
    apiUrl: services.find(({ name }) => name === 'api')?.url ?? '',
    applications,
    allowedOrigins: places.map((place) => place.url),
  }
}
