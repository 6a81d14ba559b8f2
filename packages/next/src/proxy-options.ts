import { assertRequirement, ConfigurationError, type Requirement } from '@trefoil/core'
import type { RequestPath } from './request-path.ts'
import { compilePattern, type PathMatcher } from './route-pattern.ts'

/** A pattern, and what its paths need beside a session. */
export interface ProtectedRoute extends Requirement {
  readonly path: string
}

/** Options of `auth.proxy`. */
export interface ProxyOptions {
  /**
   * What needs a session, as patterns such as `/dashboard/:path*`, or with what it needs beside:
   * `{ path: '/reports', permissions: ['read:reports'] }`. Default: everything that is not public.
   */
  readonly protect?: readonly (string | ProtectedRoute)[]
  /** What everybody may see, as patterns. The proxy leaves it alone, cookies included. */
  readonly public?: readonly string[]
}

/** What the proxy does with a path: leave it alone, renew what is due, or guard it. */
export type Rule = 'asset' | 'public' | 'open' | { readonly requirement: Requirement }

/** Says what is to be done with a path. */
export type FindRule = (path: RequestPath) => Rule

/** Compiles options; throws {@link ConfigurationError} for those that mean nothing. */
export function compileRules(options: ProxyOptions): FindRule {
  assertKnownNames(options)
  const { protect = [], public: open = [] } = options
  // In doubt a path is protected: Next's own redirects and rewrites take letters of either case.
  const guarded = protect.map((entry) => compileRoute(entry))
  const free = open.map((pattern) => compilePattern(pattern, { ignoreCase: false }))
  const others: Rule = options.protect === undefined ? { requirement: {} } : 'open'
  return (path) => {
    if (isAsset(path)) return 'asset'
    if (free.some((matches) => matches(path))) return 'public'
    return guarded.find(({ matches }) => matches(path)) ?? others
  }
}

function compileRoute(entry: string | ProtectedRoute): {
  matches: PathMatcher
  requirement: Requirement
} {
  const { path, ...requirement } = typeof entry === 'string' ? { path: entry } : entry
  assertRequirement(requirement)
  return { matches: compilePattern(path, { ignoreCase: true }), requirement }
}

function assertKnownNames(options: ProxyOptions): void {
  const unknown = Object.keys(options).filter((name) => name !== 'protect' && name !== 'public')
  if (unknown.length === 0) return
  throw new ConfigurationError(
    unknown.map((name) => `proxy: it has no option ${name}; it has protect and public.`),
  )
}

// What every page is made of. Data of pages is not among it.
function isAsset({ segments: [first, second] }: RequestPath): boolean {
  return first === '_next' && (second === 'static' || second === 'image')
}
