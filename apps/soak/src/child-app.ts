import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { App, AppSettings } from './app.ts'
import type { Measure } from './meter.ts'

/** What an app in another process is asked to do. */
export interface Command {
  readonly id: number
  readonly name: 'shift' | 'endSessions' | 'measure'
  readonly argument?: number | string
}

/** What it answers; number 0 is its URL, once it serves. */
export interface Reply {
  readonly id: number
  readonly value?: string | Measure | undefined
  readonly error?: string
}

/** An app in a process of its own. */
export interface ChildApp extends App {
  /** Ends the process at once, as a crash would (SIGKILL). */
  kill(): Promise<void>
}

const program = fileURLToPath(new URL('app-process.ts', import.meta.url))

/** Starts an app in a process of its own. */
export async function startChildApp(settings: AppSettings): Promise<ChildApp> {
  const child = fork(program, {
    // Those of a test runner are not for it.
    execArgv: ['--expose-gc'],
    env: { ...process.env, NODE_ENV: 'test', SOAK_SETTINGS: JSON.stringify(settings) },
  })
  const waiting = new Map<number, PromiseWithResolvers<Reply['value']>>()
  const started = Promise.withResolvers<Reply['value']>()
  waiting.set(0, started)
  const exited = once(child, 'exit')
  child.on('message', ({ id, value, error }: Reply) => {
    const waiter = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) waiter?.resolve(value)
    else waiter?.reject(new Error(error))
  })
  child.once('exit', (code, signal) => {
    for (const waiter of waiting.values()) {
      waiter.reject(new Error(`the app ended with ${code ?? signal}`))
    }
  })
  let last = 0
  const ask = async (
    name: Command['name'],
    argument?: number | string,
  ): Promise<Reply['value']> => {
    const waiter = Promise.withResolvers<Reply['value']>()
    last += 1
    waiting.set(last, waiter)
    child.send({ id: last, name, ...(argument !== undefined && { argument }) })
    return waiter.promise
  }
  const url = await started.promise
  if (typeof url !== 'string') throw new Error('The app has no URL.')
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await exited
  }

  return {
    url,
    shift: async (milliseconds) => void (await ask('shift', milliseconds)),
    endSessions: async (subject) => void (await ask('endSessions', subject)),
    async measure() {
      const measure = await ask('measure')
      if (typeof measure !== 'object') throw new Error('The app did not measure itself.')
      return measure
    },
    close: () => kill('SIGTERM'),
    kill: () => kill('SIGKILL'),
  }
}
