import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** A process of ours that does as it is told, so that what it costs can be told from what we cost. */
export interface Worker {
  /** Has the worker do something; rejects with its error. */
  call<Result>(method: string, parameters?: unknown): Promise<Result>
  /** Ends the worker. */
  stop(): Promise<void>
}

interface Answer {
  readonly id: number
  /** What the caller asked for: the worker is ours and of the same commit. */
  readonly result: never
  readonly error?: string
}

interface Pending {
  readonly resolve: (result: never) => void
  readonly reject: (error: Error) => void
}

/** Starts a worker from a file of this folder. */
export function startWorker(file: string): Worker {
  const child = fork(new URL(file, import.meta.url), [], {
    env: { ...process.env, NODE_ENV: 'production' },
    // Some contenders write a line a request.
    stdio: process.env['BENCH_VERBOSE']
      ? ['ignore', 'inherit', 'inherit', 'ipc']
      : ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const pending = new Map<number, Pending>()
  listen(child, pending)
  let last = 0

  return {
    call<Result>(method: string, parameters?: unknown): Promise<Result> {
      const id = ++last
      return new Promise<Result>((resolve, reject) => {
        pending.set(id, { resolve, reject })
        child.send({ id, method, parameters: parameters ?? {} })
      })
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill()
      await exited
    },
  }
}

function listen(child: ChildProcess, pending: Map<number, Pending>): void {
  child.on('message', ({ id, result, error }: Answer) => {
    const call = pending.get(id)
    pending.delete(id)
    if (error === undefined) call?.resolve(result)
    else call?.reject(new Error(error))
  })
  child.on('exit', (code) => {
    for (const call of pending.values()) call.reject(new Error(`a worker ended (${code})`))
    pending.clear()
  })
}
