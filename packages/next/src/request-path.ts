/** A request's path as the router sees it. */
export interface RequestPath {
  /** Each segment decoded once; slashes that follow each other are one. */
  readonly segments: readonly string[]
}

// What Next adds to a page's path to ask for its data instead of its markup.
const dataSuffix = /(\.segments\/.*|\.prefetch\.rsc|\.rsc|\.action)$/

/** Reads a path; `undefined` for one that is no text, which nobody should serve. */
export function readRequestPath(path: string): RequestPath | undefined {
  try {
    // Whoever decodes after us sees the same: what is decoded here holds no slash that the router misses.
    const decoded = decodeURIComponent(path.replace(dataSuffix, ''))
    const segments = splitPath(decoded)
    // A browser resolves dots before it asks; what is left of them was hidden in an encoding.
    return segments.some((segment) => segment === '.' || segment === '..')
      ? undefined
      : { segments }
  } catch {
    return undefined
  }
}

/** A path without a slash at its end, which says nothing to the core. */
export function trimPath(path: string): string {
  return path.replace(/\/$/, '')
}

/** The segments of a path without empty ones. */
export function splitPath(path: string): string[] {
  return path.split(/[/\\]/).filter((segment) => segment !== '')
}
