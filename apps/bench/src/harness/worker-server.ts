/** What a worker can be asked to do. */
export type Tasks = Readonly<Record<string, (parameters: never) => unknown>>

interface Call {
  readonly id: number
  readonly method: string
  readonly parameters: never
}

/** Has this process do what its parent asks, one message a call. Ends with its parent. */
export function serveTasks(tasks: Tasks): void {
  process.on('message', ({ id, method, parameters }: Call) => {
    void answer(id, async () => tasks[method]?.(parameters))
  })
  process.on('disconnect', () => process.exit())
}

async function answer(id: number, task: () => Promise<unknown>): Promise<void> {
  try {
    process.send?.({ id, result: await task() })
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    process.send?.({ id, error: text })
  }
}

/** The CPU time of this process so far, in microseconds: all of its threads, in user and kernel. */
export function readCpu(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}
