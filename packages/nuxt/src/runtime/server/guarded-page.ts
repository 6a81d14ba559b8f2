import { useRuntimeConfig } from 'nitropack/runtime'
import patterns from '#trefoil/guarded-pages'
import { type H3Event, readPath } from './h3'

const guarded = patterns.guarded.map((source) => new RegExp(source, 'i'))

/** Whether the path of a request may be a page that needs a session. */
export function isGuardedPage(event: H3Event): boolean {
  const base = useRuntimeConfig(event).app.baseURL.replace(/\/+$/, '')
  const full = (readPath(event).split('?', 1)[0] ?? '/').replace(/\/_payload\.js(on)?$/, '')
  const path = base !== '' && full.startsWith(base) ? full.slice(base.length) : full
  if (patterns.open.includes(path)) return false
  return guarded.some((pattern) => pattern.test(path || '/'))
}
