// @vitest-environment node
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type OutputChunk, rolldown } from 'rolldown'
import { beforeAll, describe, expect, it } from 'vitest'

const entry = fileURLToPath(new URL('../dist/index.js', import.meta.url))
const usual = 'LoginLink, LogoutLink, Protect, SignedIn, SignedOut, useFlag, usePermission, useUser'

/**
 * Bytes, minified and gzipped, of what a page loads before anybody signs in, React excluded. What is
 * needed for a sign-in comes later, from the core.
 */
const budgets: Readonly<Record<string, number>> = {
  FrontendProvider: 3_850,
  [`FrontendProvider, ${usual}`]: 5_700,
  [`SessionProvider, ${usual}`]: 4_600,
  [`AuthProvider, ${usual}`]: 7_050,
}

/**
 * Bytes of all that such a page can ever load, each part gzipped by itself: the protocol, both libraries
 * that do it (`oauth4webapi`, `jose`), the session over tabs, and every text.
 */
const totals: Readonly<Record<string, number>> = {
  FrontendProvider: 32_400,
  [`FrontendProvider, ${usual}`]: 34_200,
}

async function bundle(names: string): Promise<OutputChunk[]> {
  const id = 'page.js'
  const build = await rolldown({
    input: id,
    platform: 'browser',
    external: /^react($|\/)/,
    logLevel: 'silent',
    resolve: { conditionNames: ['browser', 'import', 'default'] },
    plugins: [
      {
        name: 'page',
        resolveId: (source) => (source === id ? id : null),
        load: (source) =>
          source === id ? `export { ${names} } from ${JSON.stringify(entry)}` : null,
      },
    ],
  })
  const { output } = await build.generate({ format: 'esm', minify: true })
  await build.close()
  return output.filter((part) => part.type === 'chunk')
}

/** What the page loads at once: its own chunk and what that imports. */
function findFirst(chunks: readonly OutputChunk[]): OutputChunk[] {
  const found = new Set(chunks.filter((chunk) => chunk.isEntry))
  for (const { imports } of found) {
    for (const chunk of chunks.filter(({ fileName }) => imports.includes(fileName)))
      found.add(chunk)
  }
  return [...found]
}

function weigh(chunks: readonly OutputChunk[]): number {
  return chunks.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0)
}

describe('the size of what was built', () => {
  beforeAll(() => {
    if (!existsSync(entry)) {
      throw new Error('The build is missing: run "pnpm --filter @trefoil/react build" first.')
    }
  })

  it.each(Object.entries(budgets))('%s: at most %i bytes before sign-in', async (names, budget) => {
    const size = weigh(findFirst(await bundle(names)))
    expect(size).toBeLessThanOrEqual(budget)
    // A budget that is far above says nothing.
    expect(size).toBeGreaterThan(budget * 0.85)
  })

  it.each(Object.entries(totals))('%s: at most %i bytes in all', async (names, budget) => {
    const size = weigh(await bundle(names))
    expect(size).toBeLessThanOrEqual(budget)
    expect(size).toBeGreaterThan(budget * 0.95)
  })

  it('has nothing that could send a client secret', async () => {
    const code = (await bundle('FrontendProvider')).map((chunk) => chunk.code).join('\n')
    // What RFC 6749 section 2.3.1 sends: a header, or a member of the form.
    expect(code).not.toMatch(/Basic |set\([`"']client_secret/)
    expect(code).toMatch(/set\([`"']client_id/)
  })

  it('has of jose what verifies, and nothing that signs or encrypts', async () => {
    const modules = (await bundle('FrontendProvider')).flatMap(({ moduleIds }) => moduleIds)
    const jose = modules.filter((id) => /[\\/]jose[\\/]/.test(id))
    expect(jose.some((id) => id.endsWith('jwt/verify.js'))).toBe(true)
    expect(
      jose.filter((id) => /jwe|encrypt|decrypt|sign\.js|jwt\/produce|remote/.test(id)),
    ).toEqual([])
  })

  it('leaves the protocol to a chunk that is loaded when it is needed', async () => {
    const first = findFirst(await bundle(`FrontendProvider, ${usual}`))
    const modules = first.flatMap(({ moduleIds }) => moduleIds)
    expect(modules.filter((id) => /oauth4webapi|\bjose\b|frontend-engine/.test(id))).toEqual([])
  })

  it('has no front-end app on a page whose session a server holds', async () => {
    const chunks = await bundle(`SessionProvider, ${usual}`)
    const modules = chunks.flatMap(({ moduleIds }) => moduleIds)
    expect(modules.filter((id) => /frontend-(shell|engine)|oauth4webapi/.test(id))).toEqual([])
  })
})
