import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formOrigins } from './settings.ts'

const isDevelopment = process.env.NODE_ENV === 'development'

/** The policy of a page that is rendered for each request: Next gives its scripts the nonce. */
export function createNoncePolicy(nonce: string): string {
  return createPolicy(`'nonce-${nonce}' 'strict-dynamic'`)
}

/** The policy of a page that the build rendered: its scripts are known, so their digests are named. */
export async function createStaticPolicy(page: string): Promise<string> {
  const digests = await (known.get(page) ?? remember(page))
  return createPolicy(["'self'", ...digests.map((digest) => `'sha256-${digest}'`)].join(' '))
}

function createPolicy(scripts: string): string {
  return [
    "default-src 'none'",
    // In development React and Next's overlay need more.
    `script-src ${scripts}${isDevelopment ? " 'unsafe-eval'" : ''}`,
    `style-src 'self'${isDevelopment ? " 'unsafe-inline'" : ''}`,
    ...(isDevelopment ? ["font-src 'self'"] : []),
    "img-src 'self'",
    "connect-src 'self'",
    // Chromium holds form-action against redirects too.
    ['form-action', "'self'", ...formOrigins].join(' '),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

const known = new Map<string, Promise<readonly string[]>>()

function remember(page: string): Promise<readonly string[]> {
  const digests = digestScripts(page)
  known.set(page, digests)
  return digests
}

async function digestScripts(page: string): Promise<readonly string[]> {
  const file = join(/* turbopackIgnore: true */ process.cwd(), '.next/server/app', `${page}.html`)
  const html = await readFile(file, 'utf8')
  const scripts = html.matchAll(/<script(?![^>]* src=)[^>]*>([\s\S]*?)<\/script>/g)
  return [...scripts].map(([, text = '']) => createHash('sha256').update(text).digest('base64'))
}
