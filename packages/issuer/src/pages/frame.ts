import { Html, html } from './html.ts'
import { style, styleSource } from './style.ts'

/**
 * The headers of every page: no script, no frame, no copy kept. `formTargets` are the origins that the
 * redirects after a form lead to, because Chromium holds `form-action` against those as well.
 */
export function pageHeaders(formTargets: readonly string[]): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': createPolicy(formTargets),
    'cache-control': 'no-store',
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  }
}

/** A whole page. */
export function renderPage(title: string, content: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Local Kinde</title>
        ${styleElement}
      </head>
      <body>
        <header class="top">
          <p class="brand">${icon} Local Kinde</p>
          <p class="mark">for development</p>
        </header>
        <main>
          <div class="card">
            <h1>${title}</h1>
            ${content}
          </div>
        </main>
        <footer>
          <p>
            A stand-in for Kinde on this machine. What is entered here stays in its memory and is
            gone when it stops.
          </p>
        </footer>
      </body>
    </html> `.text
}

// Not through the template: a formatter that touched it would change what the policy's hash is of.
const styleElement = new Html(`<style>${style}</style>`)

const icon = html`<svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
  <g fill="#2f8f5b">
    <circle cx="16" cy="9" r="7" />
    <circle cx="9" cy="19" r="7" />
    <circle cx="23" cy="19" r="7" />
  </g>
  <path
    d="M16 15c0 6 1 10 4 15"
    fill="none"
    stroke="#2f8f5b"
    stroke-width="3"
    stroke-linecap="round"
  />
</svg>`

function createPolicy(formTargets: readonly string[]): string {
  const targets = new Set(["'self'", ...formTargets.filter((target) => isSource.test(target))])
  return [
    "default-src 'none'",
    `style-src ${styleSource}`,
    `form-action ${[...targets].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
}

// A semicolon, a comma or a space would begin something else in the policy.
const isSource = /^[a-z][a-z0-9+.-]*:[^\s;,']*$/i
