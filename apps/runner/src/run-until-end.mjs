import { onAskedToEnd } from './signals.mjs'
import { ServiceError } from './supervisor.mjs'

/**
 * Works until somebody asks to end or something dies, and leaves no program behind.
 * @param {import('./supervisor.mjs').Supervisor} supervisor
 * @param {() => Promise<never>} work starts the programs and waits for the death of one
 * @returns {Promise<number>} the exit code: 0 when asked to end, 1 when something died
 */
export async function runUntilEnd(supervisor, work) {
  // It listens to the end: a further signal changes nothing.
  const asked = new Promise((resolve) => void onAskedToEnd(resolve))
  try {
    await Promise.race([asked, work()])
    return 0
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    console.error(`\n${error.message}\n\nEverything is stopped.`)
    return 1
  } finally {
    await supervisor.stop()
  }
}
