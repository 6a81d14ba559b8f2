import type { Session } from '@trefoil/core'
import type { Request, Response } from 'express'
import { html, type Html } from './html.ts'

interface Page {
  readonly title: string
  /** Who is signed in, which decides what the header offers. */
  readonly session: Session | null
  readonly content: Html
}

const links = [
  ['/', 'Home'],
  ['/dashboard', 'Dashboard'],
  ['/reports', 'Reports'],
  ['/beta', 'Beta'],
  ['/organizations', 'Organizations'],
  ['/machine', 'Machine'],
] as const

/** Sends a page in the frame that all pages share. */
export function sendPage(req: Request, res: Response, page: Page): void {
  res.type('html').send(renderPage(req, page).text)
}

function renderPage(req: Request, { title, session, content }: Page): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Trefoil with Express</title>
        <link rel="stylesheet" href="/style.css" />
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
          <a class="brand" href="/"
            ><img src="/icon.svg" alt="" width="28" height="28" />Trefoil
            <span>with Express</span></a
          >
          <nav aria-label="Pages">
            <ul>
              ${links.map(([path, label]) => navItem(path, label, req.path))}
            </ul>
          </nav>
          <div class="account">${session ? signOutForm() : signInLinks(req)}</div>
        </header>
        <main id="main" tabindex="-1">
          <h1>${title}</h1>
          ${content}
        </main>
        <footer>
          <p>
            A demo of <code>@trefoil/express</code>. Its whole code is a few short files: copy it
            and start.
          </p>
        </footer>
      </body>
    </html> `
}

function navItem(path: string, label: string, current: string): Html {
  const isCurrent = path === current
  return html`<li><a href="${path}" ${isCurrent && html` aria-current="page"`}>${label}</a></li>`
}

// A POST: links and images of other sites cannot sign anybody out.
function signOutForm(): Html {
  return html`<form method="post" action="/auth/logout">
    <button class="quiet" data-testid="logout">Sign out</button>
  </form>`
}

function signInLinks(req: Request): Html {
  const query = new URLSearchParams({ returnTo: req.method === 'GET' ? req.originalUrl : '/' })
  return html`<a class="button quiet" href="/auth/login?${query.toString()}" data-testid="login"
      >Sign in</a
    >
    <a class="button" href="/auth/register?${query.toString()}" data-testid="register">Register</a>`
}
