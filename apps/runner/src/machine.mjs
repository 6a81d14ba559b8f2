import { run, root } from './command.mjs'
import { join } from 'node:path'
import { makeMachineEnvironment } from './environment.mjs'
import { placeIssuer, placeServices } from './plan.mjs'

/**
 * Runs the machine demo once against what `npm start` runs.
 * @returns {Promise<number>} its exit code
 */
export async function runMachine() {
  const issuer = placeIssuer(process.env)
  const api = placeServices(process.env).find(({ name }) => name === 'api')
  if (!(await answers(`${issuer.url}/.well-known/openid-configuration`))) {
    console.error(`The ${issuer.title} does not answer on ${issuer.url}. Run npm start first.`)
    return 1
  }
  // Not before: the build makes it.
  const { createSeed } = await import('@trefoil/issuer')
  const stack = {
    issuerUrl: issuer.url,
    apiUrl: api?.url ?? '',
    applications: createSeed().applications,
    allowedOrigins: [],
  }
  return run(process.execPath, ['src/job.ts'], {
    cwd: join(root, 'apps/machine'),
    env: makeMachineEnvironment(stack, process.env),
  })
}

/** @param {string} url */
async function answers(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined)
  return response?.ok ?? false
}
