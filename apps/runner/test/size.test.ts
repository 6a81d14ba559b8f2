import { fileURLToPath } from 'node:url'
import type { OutputChunk } from 'rolldown'
import { describe, expect, it } from 'vitest'
import { bundlePage, findFirst, weigh } from '../src/page-weight.mjs'

// It has every package, as an application would.
const folder = fileURLToPath(new URL('../../bench/', import.meta.url))
const nuxt = fileURLToPath(new URL('../../../packages/nuxt/dist/runtime/app/', import.meta.url))
const external = /^(react|react-dom|next|vue|vue-router)($|\/)|^#app$/

const usual = 'LoginLink, LogoutLink, Protect, SignedIn, SignedOut, useFlag, usePermission, useUser'
const fromReact = (names: string): string => `export { ${names} } from '@trefoil/react'`
const fromNuxt = (plugin: string): string =>
  `export { default } from '${nuxt}${plugin}'; export { useAuth } from '${nuxt}use-auth.js'`

interface Budget {
  readonly entry: string
  readonly code: string
  /** Bytes, minified and gzipped, of what a page loads before anybody signs in, its framework excluded. */
  readonly first: number
  /** Bytes of all that such a page can ever load, each part gzipped by itself. */
  readonly all: number
}

const budgets: readonly Budget[] = [
  {
    entry: '@trefoil/core, decisions',
    code: "export { decide, getFlag, hasPermission } from '@trefoil/core'",
    first: 1_500,
    all: 1_500,
  },
  {
    entry: '@trefoil/core/frontend, a front-end app',
    code: "export { createFrontendApp } from '@trefoil/core/frontend'",
    first: 2_210,
    all: 31_900,
  },
  {
    entry: '@trefoil/core/frontend, the session of a server',
    code: "export { createServerSessionStore } from '@trefoil/core/frontend'",
    first: 1_920,
    all: 1_920,
  },
  {
    entry: '@trefoil/react, FrontendProvider',
    code: fromReact('FrontendProvider'),
    first: 2_480,
    all: 32_300,
  },
  {
    entry: '@trefoil/react, FrontendProvider and useAuth',
    code: fromReact('FrontendProvider, useAuth'),
    first: 3_500,
    all: 33_300,
  },
  {
    entry: '@trefoil/react, FrontendProvider and what is usual',
    code: fromReact(`FrontendProvider, ${usual}`),
    first: 4_210,
    all: 34_000,
  },
  {
    entry: '@trefoil/react, SessionProvider and what is usual',
    code: fromReact(`SessionProvider, ${usual}`),
    first: 4_580,
    all: 4_580,
  },
  {
    entry: '@trefoil/react, AuthProvider and what is usual',
    code: fromReact(`AuthProvider, ${usual}`),
    first: 5_950,
    all: 35_400,
  },
  {
    entry: '@trefoil/next/client, AuthProvider and what is usual',
    code: `export { AuthProvider, ${usual} } from '@trefoil/next/client'`,
    first: 4_580,
    all: 4_580,
  },
  {
    entry: '@trefoil/nuxt, the session of a server',
    code: fromNuxt('plugin.js'),
    first: 3_330,
    all: 3_330,
  },
  {
    entry: '@trefoil/nuxt, a front-end app',
    code: fromNuxt('plugin.frontend.client.js'),
    first: 3_530,
    all: 33_300,
  },
]

const bundle = async (code: string): Promise<OutputChunk[]> =>
  bundlePage({ code, folder, external })
const modulesOf = (chunks: readonly OutputChunk[]): string[] =>
  chunks.flatMap(({ moduleIds }) => moduleIds)

describe('the size of what was built', () => {
  it.each(budgets)('$entry: at most $first bytes before sign-in, $all in all', async (budget) => {
    const chunks = await bundle(budget.code)
    const sizes = { first: weigh(findFirst(chunks)), all: weigh(chunks) }
    expect(sizes.first).toBeLessThanOrEqual(budget.first)
    expect(sizes.all).toBeLessThanOrEqual(budget.all)
    // A budget that is far above says nothing.
    expect(sizes.first).toBeGreaterThan(budget.first * 0.95)
    expect(sizes.all).toBeGreaterThan(budget.all * 0.95)
  })

  it('has nothing that could send a client secret', async () => {
    const code = (await bundle(fromReact('FrontendProvider'))).map((chunk) => chunk.code).join('\n')
    // What RFC 6749 section 2.3.1 sends: a header, or a member of the form.
    expect(code).not.toMatch(/Basic |set\([`"']client_secret/)
    expect(code).toMatch(/set\([`"']client_id/)
  })

  it('has of jose what verifies, and nothing that signs or encrypts', async () => {
    const jose = modulesOf(await bundle(fromReact('FrontendProvider'))).filter((id) =>
      /[\\/]jose[\\/]/.test(id),
    )
    expect(jose.some((id) => id.endsWith('jws_verify.js'))).toBe(true)
    expect(
      jose.filter((id) => /jwe|encrypt|decrypt|sign\.js|jwt\/produce|remote/.test(id)),
    ).toEqual([])
  })

  it('leaves the protocol to a file that is loaded when it is needed', async () => {
    const first = findFirst(await bundle(fromReact(`FrontendProvider, ${usual}`)))
    expect(modulesOf(first).some((id) => id.includes('@trefoil') || id.includes('packages'))).toBe(
      true,
    )
    expect(
      modulesOf(first).filter((id) => /oauth4webapi|\bjose\b|frontend-engine/.test(id)),
    ).toEqual([])
  })

  it('has no front-end app on a page whose session a server holds', async () => {
    const chunks = await bundle(fromReact(`SessionProvider, ${usual}`))
    const late = /frontend-(shell|engine)|oauth4webapi/
    expect(modulesOf(chunks).filter((id) => late.test(id))).toEqual([])
  })
})
