// Any origin does: what counts is whether the parsed path stays on it.
const base = 'https://site.invalid'
const maxLength = 2048

/**
 * Gives a same-origin path with query and hash that is safe to redirect to, or `undefined` when the
 * text is anything else: an absolute or scheme-relative URL, a backslash or control character (which
 * browsers turn into slashes or drop), or longer than 2,048 characters.
 *
 * @example
 * toReturnPath('/reports?page=2#top') // '/reports?page=2#top'
 * toReturnPath('//evil.example')      // undefined
 */
export function toReturnPath(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length > maxLength || !text.startsWith('/')) return undefined
  if (text.startsWith('//') || hasUnsafeCharacter(text) || !URL.canParse(text, base))
    return undefined
  const url = new URL(text, base)
  const path = `${url.pathname}${url.search}${url.hash}`
  // Resolving dots can bring the slashes back: "/.//evil.example" becomes "//evil.example".
  const isSafe = url.origin === base && !path.startsWith('//')
  // Encoding makes it longer, and it travels in a cookie and a header as it is now.
  return isSafe && path.length <= maxLength ? path : undefined
}

function hasUnsafeCharacter(text: string): boolean {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code <= 0x20 || code === 0x7f || character === '\\') return true
  }
  return false
}
