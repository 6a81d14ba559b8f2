import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

type Layer = 'c' | 'e' | 'n' | 'u' | 'a' | 'r'

interface SecurityCases {
  /** The layers that a case names: c core, e Express, a API, n Next.js, u Nuxt, r React. */
  readonly layers: Readonly<Record<string, string>>
  /** Why a layer has no test of a case. */
  readonly exceptions: Readonly<Record<string, Readonly<Record<string, string>>>>
}

const root = fileURLToPath(new URL('../../..', import.meta.url))
const cases: SecurityCases = JSON.parse(
  readFileSync(join(root, 'packages/contract/security-cases.json'), 'utf8'),
)

/** Where the tests of a layer are. */
const places: Readonly<Record<Layer, RegExp>> = {
  c: /^(packages\/core|apps\/soak)\//,
  e: /^(packages\/(contract|express)|apps\/(e2e|soak))\//,
  n: /^(packages\/(contract|next)|apps\/e2e)\//,
  u: /^(packages\/(contract|nuxt)|apps\/e2e)\/|^apps\/runner\/test\/nuxt-/,
  a: /bearer|jwks\.test|^packages\/graphql\/|^apps\/soak\//,
  r: /^packages\/react\/|frontend|server-session-store|session-vault|tab-lock/,
}

const tests = ['packages', 'apps'].flatMap((folder) => findTests(join(root, folder)))

describe('the security cases', () => {
  it.each<[Layer, string]>([
    ['c', 'the core'],
    ['e', 'Express'],
    ['n', 'Next.js'],
    ['u', 'Nuxt'],
    ['a', 'APIs'],
    ['r', 'browsers'],
  ])('layer %s: each has a test that names it, or a reason (%s)', (layer) => {
    const named = tests.filter(({ path }) => places[layer].test(path)).map(({ text }) => text)
    const missing = Object.keys(cases.layers).filter(
      (id) =>
        cases.layers[id]?.includes(layer) &&
        !cases.exceptions[id]?.[layer] &&
        !named.some((text) => text.includes(id)),
    )
    expect(missing).toEqual([])
  })

  it('excuses no case that is unknown', () => {
    expect(Object.keys(cases.exceptions).filter((id) => !(id in cases.layers))).toEqual([])
  })
})

function findTests(folder: string): { path: string; text: string }[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = join(folder, entry.name)
    if (entry.isDirectory()) {
      return ['node_modules', 'dist', 'test-results', '.output'].includes(entry.name)
        ? []
        : findTests(file)
    }
    const path = relative(root, file).replaceAll('\\', '/')
    const isTest =
      /\.(test|spec)\.tsx?$/.test(path) || /contract\/src\/|soak\/|-cases\.ts$/.test(path)
    return isTest ? [{ path, text: readFileSync(file, 'utf8') }] : []
  })
}
