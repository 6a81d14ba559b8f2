import { getRouteRules } from 'nitropack/runtime'
import { type H3Event, readPath } from './h3'

/**
 * Whether an answer is one for everybody: prerendered, or kept by a cache of Nitro, of the host or on the
 * way. Nothing about a session may be in it.
 */
export function isShared(event: H3Event): boolean {
  if (import.meta.prerender || isInCache(event)) return true
  if (event.method !== 'GET' && event.method !== 'HEAD') return false
  const path = readPath(event).split('?', 1)[0] ?? '/'
  // A payload belongs to the page that it was taken from, and is fetched for pages that are shared.
  if (path.endsWith('/_payload.json') || path.endsWith('/_payload.js')) return true
  return isCached(getRouteRules(event))
}

// Nitro leaves it on the context of every request that it runs a cached handler for.
function isInCache({ context }: H3Event): boolean {
  return context['cache'] !== undefined
}

// Nitro writes `swr` as `cache`.
function isCached(rules: ReturnType<typeof getRouteRules>): boolean {
  if (rules.prerender || rules.isr || rules.cache) return true
  return Object.entries(rules.headers ?? {}).some(
    ([name, value]) => /cache-control$/i.test(name) && /public|max-age=[1-9]/i.test(value),
  )
}
