import { ConfigurationError } from '@trefoil/core'
import { type RequestPath, splitPath } from './request-path.ts'

/** Says whether a path is of a pattern. */
export type PathMatcher = (path: RequestPath) => boolean

/** Whether letters of another case are the same. */
export interface MatchOptions {
  readonly ignoreCase: boolean
}

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'one' | 'many' | 'some' }

/**
 * Compiles a pattern of whole segments: `/reports`, `/team/:id`, and at the end `/:rest*` (none or more)
 * or `/:rest+` (one or more). Throws {@link ConfigurationError} for anything else.
 */
export function compilePattern(pattern: string, { ignoreCase }: MatchOptions): PathMatcher {
  const fold = (text: string): string => (ignoreCase ? text.toLowerCase() : text)
  const parts = readParts(pattern)
  const last = parts.at(-1)
  const isOpen = last?.kind === 'many' || last?.kind === 'some'
  const fixed = isOpen ? parts.slice(0, -1) : parts
  const least = fixed.length + (last?.kind === 'some' ? 1 : 0)
  return ({ segments }) => {
    if (segments.length < least || (!isOpen && segments.length > least)) return false
    return fixed.every(
      (part, index) => part.kind !== 'text' || fold(part.text) === fold(segments[index] ?? ''),
    )
  }
}

function readParts(pattern: string): Part[] {
  const parts = splitPath(pattern).map(readPart)
  const isValid =
    pattern.startsWith('/') &&
    parts.every((part) => part !== undefined) &&
    parts.slice(0, -1).every((part) => part?.kind !== 'many' && part?.kind !== 'some')
  if (isValid) return parts.filter((part) => part !== undefined)
  throw new ConfigurationError([
    `proxy: ${JSON.stringify(pattern)} must be a path such as /reports, /team/:id or /dashboard/:path*.`,
  ])
}

function readPart(segment: string): Part | undefined {
  const [, modifier] = /^:\w+([*+]?)$/.exec(segment) ?? []
  if (modifier === '*') return { kind: 'many' }
  if (modifier === '+') return { kind: 'some' }
  if (modifier === '') return { kind: 'one' }
  return /[:*+?()[\]{}|]/.test(segment) ? undefined : { kind: 'text', text: segment }
}
