import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Guard } from './guard.mjs'
import { killTree } from './process-tree.mjs'

/**
 * A program to keep running.
 * @typedef {object} Program
 * @property {string} name The prefix of its log lines.
 * @property {string} title
 * @property {readonly [string, ...string[]]} command `node` stands for this Node.
 * @property {string} cwd
 * @property {NodeJS.ProcessEnv} env
 * @property {string} healthUrl Answers 2xx as soon as it is ready.
 */

/** How long a program may take to end when it is asked to, in milliseconds. */
const grace = 6_000
/** How long a program may take until it answers, in milliseconds. */
const patience = 60_000
/** How many of its last lines are shown when it dies. */
const lastLines = 20

/** Something ended or did not start; the message has all that a person needs. */
export class ServiceError extends Error {}

/**
 * Runs programs side by side until one dies or all are stopped. Whatever way this process ends, none
 * of them is left.
 */
export class Supervisor {
  /** @type {Set<import('node:child_process').ChildProcess>} */
  #children = new Set()
  #ending = new AbortController()
  #guard = new Guard()
  #print
  /** @type {PromiseWithResolvers<never>} */
  #died = Promise.withResolvers()

  /** @param {(line: string) => void} print takes the lines of the programs, with their names */
  constructor(print) {
    this.#print = print
    // It is looked at only by those who wait for it.
    this.#died.promise.catch(() => {})
  }

  /** Rejects with a {@link ServiceError} as soon as a program dies by itself. */
  get died() {
    return this.#died.promise
  }

  /**
   * Starts a program and waits until it answers.
   * @param {Program} program
   * @throws {ServiceError} when it, or another one, dies meanwhile, or does not answer within a minute
   * @throws {DOMException} an AbortError when all are stopped meanwhile
   */
  async start(program) {
    const { signal } = this.#ending
    signal.throwIfAborted()
    const tail = this.#launch(program)
    await Promise.race([this.died, waitUntilHealthy(program, tail, signal)])
  }

  /** Ends all programs: kindly first, and for good after a few seconds. */
  async stop() {
    this.#ending.abort()
    const ends = [...this.#children].map((child) => once(child, 'exit'))
    this.#kill('SIGTERM')
    const timer = setTimeout(() => this.#kill('SIGKILL'), grace)
    await Promise.all(ends)
    clearTimeout(timer)
  }

  /**
   * @param {Program} program
   * @returns {readonly string[]} its last lines, kept up to date
   */
  #launch({ name, title, command: [file, ...args], cwd, env }) {
    const child = spawn(file === 'node' ? process.execPath : file, args, {
      cwd,
      env,
      // A group of its own: Ctrl-C reaches only the runner, which then ends the whole group.
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#watch(child)
    /** @type {string[]} */
    const tail = []
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        tail.push(line)
        if (tail.length > lastLines) tail.shift()
        this.#print(`${name} | ${line}`)
      })
    }
    child.once('error', (cause) => this.#die(`The ${title} did not start: ${cause.message}`, []))
    // Unlike "exit", it comes after the last line.
    child.once('close', (code, signal) =>
      this.#die(`The ${title} ended (${signal ?? `code ${code}`}).`, tail),
    )
    return tail
  }

  /** @param {import('node:child_process').ChildProcess} child */
  #watch(child) {
    const { pid } = child
    if (pid === undefined) return
    this.#children.add(child)
    this.#guard.add(pid)
    child.once('exit', () => {
      this.#children.delete(child)
      // What it started may not have noticed.
      killTree(pid, 'SIGKILL')
      this.#guard.remove(pid)
    })
  }

  /**
   * @param {string} message
   * @param {readonly string[]} tail
   */
  #die(message, tail) {
    if (this.#ending.signal.aborted) return
    this.#ending.abort()
    this.#died.reject(new ServiceError(withTail(message, tail)))
  }

  /** @param {NodeJS.Signals} signal */
  #kill(signal) {
    for (const { pid } of this.#children) if (pid !== undefined) killTree(pid, signal)
  }
}

/**
 * @param {Program} program
 * @param {readonly string[]} tail
 * @param {AbortSignal} ending
 */
async function waitUntilHealthy({ title, healthUrl }, tail, ending) {
  const until = Date.now() + patience
  while (Date.now() < until) {
    ending.throwIfAborted()
    const response = await fetch(healthUrl, { signal: AbortSignal.timeout(2_000) }).catch(() => {})
    if (response?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const seconds = patience / 1_000
  throw new ServiceError(
    withTail(`The ${title} does not answer on ${healthUrl} (waited ${seconds} s).`, tail),
  )
}

/**
 * @param {string} message
 * @param {readonly string[]} tail
 */
function withTail(message, tail) {
  if (tail.length === 0) return message
  return `${message} Its last lines:\n${tail.map((line) => `  ${line}`).join('\n')}`
}
