/**
 * A server of `apps/`.
 * @typedef {object} Service
 * @property {string} name The folder under `apps/`; the prefix of its log lines.
 * @property {string} title What the overview calls it.
 * @property {number} port Where it listens unless `PORT_<NAME>` says otherwise.
 * @property {string} [application] Its application in the issuer's seed; an API has none.
 * @property {readonly [string, ...string[]]} command What starts it in its folder.
 */

/** Where the local issuer listens unless `PORT_ISSUER` says otherwise. */
export const issuerPort = 4500

/**
 * Every server that `npm start` runs beside the issuer; a further one is one more entry.
 * @type {readonly Service[]}
 */
export const services = [
  {
    name: 'express',
    title: 'Express demo',
    port: 4501,
    application: 'express-demo',
    command: ['node', 'src/server.ts'],
  },
  {
    name: 'next',
    title: 'Next demo',
    port: 4502,
    application: 'next-demo',
    command: ['node', 'node_modules/next/dist/bin/next', 'start', '-H', '127.0.0.1'],
  },
  {
    name: 'react',
    title: 'React demo',
    port: 4503,
    application: 'react-demo',
    command: ['node', 'server/server.ts'],
  },
  {
    name: 'nuxt',
    title: 'Nuxt demo',
    port: 4504,
    application: 'nuxt-demo',
    command: ['node', '.output/server/index.mjs'],
  },
  {
    name: 'javascript',
    title: 'JavaScript demo',
    port: 4506,
    application: 'javascript-demo',
    command: ['node', 'server/server.ts'],
  },
  { name: 'api', title: 'Reports API', port: 4505, command: ['node', 'src/server.ts'] },
]

/**
 * The environment variable that moves a service to another port.
 * @param {string} name
 */
export function portVariable(name) {
  return `PORT_${name.toUpperCase().replaceAll('-', '_')}`
}

/**
 * Where a service listens.
 * @param {string} name
 * @param {number} usual
 * @param {NodeJS.ProcessEnv} env
 * @throws {RangeError} when the environment variable holds no port
 */
export function readPort(name, usual, env) {
  const text = env[portVariable(name)]
  if (!text) return usual
  const port = Number(text)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw new RangeError(`${portVariable(name)} must be a number from 1 to 65535, not "${text}".`)
}
