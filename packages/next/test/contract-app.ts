import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { StartApp } from '@trefoil/contract'
import type { Order } from './contract-server.ts'
import { fixture } from './fixtures.ts'

/** Serves the apps of the contract; one process does for all of them. */
export interface ContractServer {
  readonly start: StartApp
  close(): Promise<void>
}

/** Starts a {@link ContractServer}. */
export function createContractServer(): ContractServer {
  const program = fileURLToPath(new URL('contract-server.ts', import.meta.url))
  const child = fork(program, [fixture('app')], { env: { ...process.env, NODE_ENV: 'production' } })
  const waiting = new Map<number, () => void>()
  const failed = whenGone(child)
  child.on('message', ({ id }: { id: number }) => waiting.get(id)?.())
  const answerTo = (id: number): Promise<void> =>
    Promise.race([new Promise<void>((resolve) => waiting.set(id, resolve)), failed])
  const ready = answerTo(0)
  let count = 0
  const send = async (make: (id: number) => Order): Promise<void> => {
    await ready
    const id = ++count
    const answer = answerTo(id)
    child.send(make(id))
    await answer
    waiting.delete(id)
  }
  return {
    async start(settings) {
      await send((id) => ({ id, start: settings }))
      return {
        url: `http://localhost:${settings.port}`,
        close: () => send((id) => ({ id, stop: settings.port })),
      }
    },
    async close() {
      child.kill()
      await failed.catch(() => undefined)
    },
  }
}

function whenGone(child: ChildProcess): Promise<never> {
  const gone = new Promise<never>((_resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The fixture's server ended with ${code}.`)))
  })
  gone.catch(() => undefined)
  return gone
}
