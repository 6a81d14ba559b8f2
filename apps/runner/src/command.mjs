import { spawn, spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

/** The root of the repository. */
export const root = fileURLToPath(new URL('../../..', import.meta.url))

// npm and pnpm are batch files there, which only a shell starts.
const shell = process.platform === 'win32'
const forwarded = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])

/**
 * @typedef {object} CommandOptions
 * @property {NodeJS.ProcessEnv} [env] Default: this process's.
 * @property {string} [cwd] Default: the root of the repository.
 */

/**
 * Runs a program in the foreground and gives its exit code. A signal to this process goes on to it,
 * so nothing is left behind and it can clean up.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 * @returns {Promise<number>}
 */
export async function run(file, args, { env = process.env, cwd = root } = {}) {
  const child = spawn(file, args, { cwd, env, shell, stdio: 'inherit' })
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => void child.kill(signal)
  for (const signal of forwarded) process.on(signal, forward)
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code, signal) => resolve(code ?? exitCodeOf(signal)))
    })
  } finally {
    for (const signal of forwarded) process.off(signal, forward)
  }
}

/**
 * Runs a program in the background to its end.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 * @returns {Promise<{ code: number, stdout: string, output: string }>} `output` has stderr as well
 */
export function capture(file, args, { env = process.env, cwd = root } = {}) {
  const child = spawn(file, args, { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => {
    stdout += chunk
    output += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => {
    output += chunk
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) =>
      resolve({ code: code ?? exitCodeOf(signal), stdout, output }),
    )
  })
}

/**
 * What a program prints, at once; empty when it is not there or fails.
 * @param {string} file
 * @param {readonly string[]} args
 */
export function ask(file, args) {
  const { status, stdout } = spawnSync(file, args, { cwd: root, shell, encoding: 'utf8' })
  return status === 0 ? stdout.trim() : ''
}

/** @param {NodeJS.Signals | null} signal */
function exitCodeOf(signal) {
  return signal ? 128 + constants.signals[signal] : 1
}
