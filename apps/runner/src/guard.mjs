import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('guard-process.mjs', import.meta.url))

/**
 * Sees to it that processes end when this one does, even by SIGKILL: a second process waits for the
 * end of this one.
 */
export class Guard {
  #input

  constructor() {
    const child = spawn(process.execPath, [script], {
      detached: true,
      windowsHide: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    child.unref()
    this.#input = child.stdin
    // Without it there is one safeguard less, and no reason to stop.
    child.on('error', () => {})
    this.#input.on('error', () => {})
  }

  /** @param {number} pid of the leader of a process group */
  add(pid) {
    this.#input.write(`${pid}\n`)
  }

  /** @param {number} pid */
  remove(pid) {
    this.#input.write(`${-pid}\n`)
  }
}
