import type { FrontendContext } from './frontend-context.ts'
import type { FrontendSession } from './frontend-session.ts'

const pause = 5_000

/**
 * Signs the user out after the idle time without a sign of life in any tab, and says so before. Gives
 * what ends the watch; without an idle time there is none.
 */
export function watchIdleness(
  session: FrontendSession,
  logout: () => Promise<void>,
  { page, prefix, config, options }: FrontendContext,
): () => void {
  const { idleTimeout, idleWarning } = config
  if (idleTimeout === undefined) return () => undefined
  const key = `${prefix}active`
  let activeAt = config.clock()
  let isWarned = false

  const note = (): void => {
    if (config.clock() - activeAt < pause) return
    activeAt = config.clock()
    // The other tabs read it.
    page.browserStore.write(key, String(activeAt))
  }
  const check = (): void => {
    const elsewhere = Number(page.browserStore.read(key) ?? 0)
    const left = idleTimeout - (config.clock() - Math.max(activeAt, elsewhere)) / 1000
    if (left > idleWarning || !session.record()) {
      isWarned = false
      return
    }
    if (left <= 0) void logout().catch(() => undefined)
    else if (!isWarned) options.onIdleWarning?.(Math.ceil(left))
    isWarned = true
  }

  const timer = setInterval(check, 1_000)
  const stops = [page.on('activity', note), page.on('visible', check)]
  return () => {
    clearInterval(timer)
    for (const stop of stops) stop()
  }
}
