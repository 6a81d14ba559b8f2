import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { AuthEvent } from '@trefoil/core'

/** What a process looks like from inside. */
export interface Measure {
  /** Bytes, after a garbage collection where the process was started with `--expose-gc`. */
  readonly heap: number
  readonly rss: number
  /** The most that `rss` ever was. */
  readonly peak: number
  /** Sockets, timers and whatever else keeps the process. */
  readonly handles: Readonly<Record<string, number>>
  /** Rejections that nobody handled. */
  readonly unhandled: readonly string[]
  /** How often each event was told, as `type` or `type code`. */
  readonly events: Readonly<Record<string, number>>
  /** Milliseconds that the event loop was late at most, in 99 of 100 looks since the last measure. */
  readonly delayP99: number
}

/** Measures this process. */
export interface Meter {
  count(event: AuthEvent): void
  read(): Measure
  stop(): void
}

/** Makes a {@link Meter}. */
export function createMeter(): Meter {
  const events = new Map<string, number>()
  const unhandled: string[] = []
  const note = (reason: unknown): void => {
    unhandled.push(reason instanceof Error ? (reason.stack ?? reason.message) : String(reason))
  }
  process.on('unhandledRejection', note)
  const delay = monitorEventLoopDelay({ resolution: 10 })
  delay.enable()

  return {
    count({ type, code }) {
      const name = code === undefined ? type : `${type} ${code}`
      events.set(name, (events.get(name) ?? 0) + 1)
    },
    read() {
      globalThis.gc?.()
      const { heapUsed, rss } = process.memoryUsage()
      // The histogram holds whole intervals, so the resolution is taken off.
      const delayP99 = Math.max(0, delay.percentile(99) / 1e6 - 10)
      delay.reset()
      return {
        heap: heapUsed,
        rss,
        peak: process.resourceUsage().maxRSS * 1024,
        handles: countHandles(),
        unhandled: [...unhandled],
        events: Object.fromEntries(events),
        delayP99,
      }
    },
    stop() {
      delay.disable()
      process.off('unhandledRejection', note)
    },
  }
}

function countHandles(): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
