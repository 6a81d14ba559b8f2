import { spawn, spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { isAbsolute } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onAskedToEnd } from './signals.mjs'

/** The root of the repository. */
export const root = fileURLToPath(new URL('../../..', import.meta.url))

/**
 * @typedef {object} CommandOptions
 * @property {NodeJS.ProcessEnv} [env] Default: this process's.
 * @property {string} [cwd] Default: the root of the repository.
 */

/**
 * Runs a program in the foreground and gives its exit code. A signal to this process goes on to it,
 * which can then clean up.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 * @returns {Promise<number>}
 */
export async function run(file, args, { env = process.env, cwd = root } = {}) {
  const child = spawn(file, args, { cwd, env, shell: needsShell(file), stdio: 'inherit' })
  const stopForwarding = onAskedToEnd((signal) => child.kill(signal))
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code, signal) => resolve(code ?? exitCodeOf(signal)))
    })
  } finally {
    stopForwarding()
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
  const child = spawn(file, args, {
    cwd,
    env,
    shell: needsShell(file),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
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
 * @param {'ignore' | 'inherit'} [errors] what becomes of its stderr
 */
export function ask(file, args, errors = 'ignore') {
  const { status, stdout } = spawnSync(file, args, {
    cwd: root,
    shell: needsShell(file),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', errors],
  })
  return status === 0 ? stdout.trim() : ''
}

/**
 * On Windows npm and pnpm are batch files, which only a shell starts; it would split the path of a
 * program at a blank.
 * @param {string} file
 */
function needsShell(file) {
  return process.platform === 'win32' && !isAbsolute(file)
}

/** @param {NodeJS.Signals | null} signal */
function exitCodeOf(signal) {
  return signal ? 128 + constants.signals[signal] : 1
}
