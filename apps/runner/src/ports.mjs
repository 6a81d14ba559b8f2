import { once } from 'node:events'
import { createServer } from 'node:net'
import { portVariable } from './services.mjs'

/**
 * Who wants which port.
 * @typedef {object} PortWish
 * @property {string} name
 * @property {string} title
 * @property {number} port
 */

// Some systems let a wildcard and a loopback address share a port, so each is tried.
const addresses = ['::', '0.0.0.0', '127.0.0.1', '::1']

/**
 * Says what is wrong with the ports, one line a problem; empty when every one is free.
 * @param {readonly PortWish[]} wishes
 * @returns {Promise<string[]>}
 */
export async function findPortProblems(wishes) {
  const problems = []
  for (const [index, wish] of wishes.entries()) {
    const rival = wishes.slice(0, index).find(({ port }) => port === wish.port)
    if (rival) problems.push(describeClash(wish, rival))
    else if (await isTaken(wish.port)) problems.push(describeTaken(wish))
  }
  return problems
}

/** @param {PortWish} wish */
function describeTaken({ name, title, port }) {
  return (
    `Port ${port} is taken, and the ${title} wants it. ` +
    `Stop what listens there, or choose another port: ${portVariable(name)}=${port + 100} npm start`
  )
}

/**
 * @param {PortWish} wish
 * @param {PortWish} rival
 */
function describeClash({ name, title, port }, rival) {
  return `The ${rival.title} and the ${title} both want port ${port}. Set ${portVariable(name)} to another one.`
}

/** @param {number} port */
async function isTaken(port) {
  for (const address of addresses) {
    if (await isAddressTaken(port, address)) return true
  }
  return false
}

/**
 * @param {number} port
 * @param {string} host
 */
async function isAddressTaken(port, host) {
  const server = createServer().listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    // A machine without IPv6 has no such address; that is no reason to stop.
    return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  }
  server.close()
  await once(server, 'close')
  return false
}
