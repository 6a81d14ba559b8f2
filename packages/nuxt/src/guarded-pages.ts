import type { NuxtPage } from '@nuxt/schema'

/** Which paths may be pages that need a session, for who must know before a page is rendered. */
export interface PagePatterns {
  /** Sources of expressions that the paths of guarded pages match, without regard to case. */
  readonly guarded: readonly string[]
  /** Paths of pages that are open, though a pattern may match them. */
  readonly open: readonly string[]
}

/**
 * Finds what pages are guarded. A meta that is not plain data counts as a guard, and so does a pattern that
 * is broader than the page's own: to be wrong costs a cached page its server rendering, and nothing else.
 */
export function findGuardedPages(pages: readonly NuxtPage[], isProtected: boolean): PagePatterns {
  const leaves = pages.flatMap((page) => flatten(page, '', []))
  const isGuarded = ({ said }: Leaf): boolean =>
    said.length === 0 ? isProtected : said.some((auth) => auth !== false)
  const guarded = leaves.filter(isGuarded).map(({ path }) => toPattern(path))
  const open = leaves.filter((leaf) => !isGuarded(leaf) && !leaf.path.includes(':'))
  return { guarded: [...new Set(guarded)], open: open.map(({ path }) => path) }
}

interface Leaf {
  readonly path: string
  /** What the page and those around it say, all of which counts: `false` opens no page around it. */
  readonly said: readonly unknown[]
}

function flatten(page: NuxtPage, above: string, inherited: readonly unknown[]): Leaf[] {
  const path = page.path.startsWith('/') ? page.path : `${above}/${page.path}`.replace(/\/+$/, '')
  const auth = readAuth(page)
  const said = auth === undefined ? inherited : [...inherited, auth]
  const children = page.children ?? []
  return [{ path: path || '/', said }, ...children.flatMap((child) => flatten(child, path, said))]
}

// What Nuxt cannot read at build time it lists by name.
function readAuth({ meta }: NuxtPage): unknown {
  const dynamic: unknown = meta?.['__nuxt_dynamic_meta_key']
  if (dynamic instanceof Set && dynamic.has('meta')) return true
  const middleware = [meta?.middleware ?? []].flat()
  return meta?.['auth'] ?? (middleware.includes('auth') ? true : undefined)
}

function toPattern(path: string): string {
  const parts = path.split('/').filter(Boolean).map(toPart)
  return `^${parts.join('')}/?$`
}

function toPart(segment: string): string {
  if (!segment.includes(':')) return `/${escape(segment)}`
  if (segment.endsWith('*')) return '(?:/.*)?'
  if (segment.endsWith('+')) return '/.+'
  return segment.endsWith('?') ? '(?:/[^/]*)?' : '/[^/]+'
}

function escape(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)
}
