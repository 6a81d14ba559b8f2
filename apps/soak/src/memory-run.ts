import type { App } from './app.ts'
import { hostilities } from './hostile.ts'
import type { Measure } from './meter.ts'
import { agent, createPerson } from './person.ts'
import { pick } from './site.ts'
import { until } from './until.ts'

/** How long a run is. */
export interface MemoryScale {
  /** Sign-ins, each with a sign-out, that come before the first look: what is bounded is full then. */
  readonly warmUp: number
  readonly signIns: number
  readonly parallel: number
  /** How many sign-ins lie between two looks at the heap. */
  readonly every: number
}

/** What a run came to. */
export interface MemoryResult {
  readonly signIns: number
  readonly hostile: number
  /** What was answered otherwise than it must be. */
  readonly unexpected: string[]
  /** After how many sign-ins the heap had how many bytes. */
  readonly heap: { readonly signIns: number; readonly bytes: number }[]
  readonly before: Measure
  /** When all is quiet again. */
  readonly after: Measure
  readonly milliseconds: number
}

// One in twenty requests of the run is hostile: a sign-in is four requests, a page and a sign-out two.
const hostilePerSignIn = 6 / 19

/** Has people sign in, look around and sign out, with hostile requests in between, and looks at the heap. */
export async function runMemory(app: App, scale: MemoryScale): Promise<MemoryResult> {
  const before = await app.measure()
  const heap: { signIns: number; bytes: number }[] = []
  const unexpected: string[] = []
  const started = performance.now()
  let signIns = 0
  let hostile = 0
  const expectStatus = (name: string, status: number, statuses: readonly number[]): void => {
    if (!statuses.includes(status)) unexpected.push(`${name}: ${status}`)
  }

  const visit = async (index: number): Promise<void> => {
    const person = createPerson(`kp_${(index % 5000) + 1}`)
    expectStatus('sign-in', (await person.signIn(app)).status, [200])
    if (Math.floor(index * hostilePerSignIn) !== Math.floor((index + 1) * hostilePerSignIn)) {
      const { name, statuses, send } = pick(hostilities, hostile)
      hostile += 1
      expectStatus(name, (await send(app, person)).status, statuses)
    }
    expectStatus('page', (await person.get(app, '/data')).status, [200])
    // Two of three sign out; the others just go away.
    if (index < scale.warmUp || index % 3 > 0)
      expectStatus('sign-out', (await person.signOut(app)).status, [303])
  }

  const work = async (end: number): Promise<void> => {
    while (signIns < end) {
      const index = signIns
      signIns += 1
      // oxlint-disable-next-line no-await-in-loop -- a worker does one thing after the other
      await visit(index)
    }
  }

  const rounds = async (end: number): Promise<void> => {
    await Promise.all(Array.from({ length: scale.parallel }, () => work(end)))
  }

  await rounds(scale.warmUp)
  while (signIns < scale.warmUp + scale.signIns) {
    // oxlint-disable-next-line no-await-in-loop -- nothing is under way while the heap is looked at
    await rounds(signIns + scale.every)
    // oxlint-disable-next-line no-await-in-loop
    heap.push({ signIns, bytes: (await app.measure()).heap })
  }
  const milliseconds = performance.now() - started
  return { signIns, hostile, unexpected, heap, before, after: await quiet(app), milliseconds }
}

// Connections that are kept for a while are no leak, so they are closed and waited for.
async function quiet(app: App): Promise<Measure> {
  agent.destroy()
  let last = Number.POSITIVE_INFINITY
  return until(
    () => app.measure(),
    (measure) => {
      const count = countHandles(measure)
      const isSteady = count >= last
      last = count
      return isSteady
    },
  )
}

/** How many sockets, timers and the like there are. */
export function countHandles({ handles }: Measure): number {
  return Object.values(handles).reduce((sum, count) => sum + count, 0)
}

/** By how many bytes the heap grows with 10,000 sign-ins: the slope of the line through the looks. */
export function findSlope(heap: MemoryResult['heap']): number {
  const x = findMean(heap.map(({ signIns }) => signIns))
  const y = findMean(heap.map(({ bytes }) => bytes))
  const over = heap.reduce((sum, look) => sum + (look.signIns - x) * (look.bytes - y), 0)
  const under = heap.reduce((sum, look) => sum + (look.signIns - x) ** 2, 0)
  return (over / under) * 10_000
}

function findMean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
