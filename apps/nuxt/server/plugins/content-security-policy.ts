import { createHash, randomBytes } from 'node:crypto'

/**
 * Lets in the scripts of this application and no other. A page that is rendered for each request gives them
 * a nonce; a page that the build makes names them by their digests.
 */
export default defineNitroPlugin((nitroApp) => {
  nitroApp.hooks.hook('render:html', (html, { event }) => {
    if (import.meta.prerender) {
      const scripts = [...html.head, ...html.bodyPrepend, ...html.body, ...html.bodyAppend]
      const policy = createPolicy(scripts.flatMap(digestScripts))
      html.head.unshift(`<meta http-equiv="content-security-policy" content="${policy}">`)
      return
    }
    const nonce = randomBytes(16).toString('base64')
    for (const part of [html.head, html.bodyPrepend, html.bodyAppend]) {
      for (const [index, chunk] of part.entries()) {
        part[index] = chunk.replaceAll('<script', `<script nonce="${nonce}"`)
      }
    }
    const policy = createPolicy([`'nonce-${nonce}'`])
    setResponseHeader(event, 'content-security-policy', `${policy}; frame-ancestors 'none'`)
  })
})

function createPolicy(scripts: readonly string[]): string {
  return [
    "default-src 'none'",
    ["script-src 'self'", ...scripts, ...(import.meta.dev ? ["'unsafe-eval'"] : [])].join(' '),
    `style-src 'self'${import.meta.dev ? " 'unsafe-inline'" : ''}`,
    "img-src 'self'",
    `connect-src 'self'${import.meta.dev ? ' ws:' : ''}`,
    // Chromium holds form-action against redirects too. What the build makes knows no issuer yet.
    ["form-action 'self'", ...(import.meta.prerender ? ['http: https:'] : readFormOrigins())].join(
      ' ',
    ),
    "base-uri 'none'",
    ...(import.meta.dev ? ["frame-src 'self'", "font-src 'self' data:"] : []),
  ].join('; ')
}

function digestScripts(html: string): string[] {
  const scripts = html.matchAll(/<script(?![^>]* src=)[^>]*>([\s\S]*?)<\/script>/g)
  return [...scripts].map(([, text = '']) => {
    return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  })
}
