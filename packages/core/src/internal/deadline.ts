/** A task took longer than it may. */
export class DeadlineError extends Error {
  constructor(milliseconds: number) {
    super(`no answer in ${milliseconds} ms`)
    this.name = 'DeadlineError'
  }
}

/** What Node, Bun and Deno have beside timers. */
interface Runtime {
  readonly setImmediate?: (task: () => void) => unknown
}

// In a process that stood still timers are due before what has arrived meanwhile was read. It is read
// before this runs.
function afterReading(task: () => void): void {
  // Not by its bare name, of which bundlers for edge runtimes warn.
  const { setImmediate: soon }: Runtime & typeof globalThis = globalThis
  if (typeof soon === 'function') soon(task)
  else setTimeout(task, 0)
}

/**
 * The result of a task; rejects when it fails, and with {@link DeadlineError} when it takes longer than
 * that many milliseconds. A result that came in time counts, also where this process stood still and
 * could not read it.
 */
export async function inTime<Result>(milliseconds: number, task: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const giveUp = (): void => reject(new DeadlineError(milliseconds))
    timer = setTimeout(() => afterReading(giveUp), milliseconds)
  })
  try {
    return await Promise.race([task, late])
  } finally {
    clearTimeout(timer)
  }
}

/** The result of a task, or `undefined` when it fails or takes longer than that many milliseconds. */
export async function within<Result>(
  milliseconds: number,
  task: Promise<Result>,
): Promise<Result | undefined> {
  return inTime(milliseconds, task).catch(() => undefined)
}

/** Waits that many milliseconds. */
export async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })
}
