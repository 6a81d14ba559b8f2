import { issuerPort, readPort, services } from './services.mjs'

/**
 * Where something runs.
 * @typedef {object} Place
 * @property {string} name
 * @property {string} title
 * @property {number} port
 * @property {string} url
 */

/** @typedef {Place & { service: import('./services.mjs').Service }} ServicePlace */

/**
 * @param {NodeJS.ProcessEnv} env may move ports
 * @returns {Place}
 * @throws {RangeError} when it holds something that is no port
 */
export function placeIssuer(env) {
  return place('issuer', 'Local Kinde', issuerPort, env)
}

/**
 * @param {NodeJS.ProcessEnv} env may move ports
 * @returns {ServicePlace[]}
 * @throws {RangeError} when it holds something that is no port
 */
export function placeServices(env) {
  return services.map((service) => ({
    ...place(service.name, service.title, service.port, env),
    service,
  }))
}

/**
 * @param {string} name
 * @param {string} title
 * @param {number} usual
 * @param {NodeJS.ProcessEnv} env
 */
function place(name, title, usual, env) {
  const port = readPort(name, usual, env)
  return { name, title, port, url: `http://localhost:${port}` }
}
