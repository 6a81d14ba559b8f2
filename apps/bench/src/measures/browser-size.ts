import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type OutputChunk, rolldown } from 'rolldown'
import type { Measure, Row } from '../harness/measure.ts'
import { peers } from '../harness/peers.ts'
import { firstLine } from './compare.ts'

const react = /^react(-dom)?($|\/)/
const work = 'browser code of a front-end app, minified and gzipped, React excluded'
const wanted = { first: 3_500, all: 10_000 }

/** What somebody imports who wants a provider and a hook. */
interface Subject {
  readonly who: string
  readonly names: string
  readonly from: string
  /** The folder that the name is resolved in. */
  readonly folder: URL
}

const own = new URL('../../', import.meta.url)
const subjects: readonly Subject[] = [
  { who: 'trefoil', names: 'FrontendProvider, useAuth', from: '@trefoil/react', folder: own },
  peer('authkit-react', 'AuthKitProvider, useAuth', '@workos-inc/authkit-react'),
  peer('kinde-auth-react', 'KindeProvider, useKindeAuth', '@kinde-oss/kinde-auth-react'),
  peer('kinde-auth-pkce-js', 'default', '@kinde-oss/kinde-auth-pkce-js'),
  peer('logto', 'LogtoProvider, useLogto', '@logto/react'),
  peer('react-oidc-context', 'AuthProvider, useAuth', 'react-oidc-context'),
  peer('auth0-react', 'Auth0Provider, useAuth0', '@auth0/auth0-react'),
]

/** What a page loads before anybody signs in, and all that it can load. */
export const browserSize: Measure = {
  name: 'browser-size',
  async run(bench) {
    const rows: Row[] = []
    for (const subject of subjects) {
      if (bench.among.length > 0 && !bench.among.includes(subject.who)) continue
      bench.say(`${work}: ${subject.who}`)
      // oxlint-disable-next-line no-await-in-loop -- one bundle after the other
      rows.push(await weigh(subject))
    }
    return rows
  },
}

function peer(who: string, names: string, from: string): Subject {
  return { who, names, from, folder: peers }
}

async function weigh(subject: Subject): Promise<Row> {
  const { who } = subject
  try {
    const chunks = await bundle(subject)
    const [first, all] = [sum(findFirst(chunks)), sum(chunks)]
    return {
      work,
      who,
      figure: `${toKilobytes(first)} kB before sign-in, ${toKilobytes(all)} kB in all`,
      ...(who === 'trefoil' && {
        goal: 'at most 3.5 and 10 kB',
        isMet: first <= wanted.first && all <= wanted.all,
      }),
      details: { first, all },
    }
  } catch (error) {
    return { work, who, figure: `not bundled: ${firstLine(error)}` }
  }
}

async function bundle({ names, from, folder }: Subject): Promise<OutputChunk[]> {
  const id = fileURLToPath(new URL('browser-size.js', folder))
  const build = await rolldown({
    input: id,
    platform: 'browser',
    external: react,
    logLevel: 'silent',
    plugins: [
      {
        name: 'page',
        resolveId: (source) => (source === id ? id : null),
        load: (source) => (source === id ? `export { ${names} } from '${from}'` : null),
      },
    ],
  })
  const { output } = await build.generate({ format: 'esm', minify: true })
  await build.close()
  const chunks = output.filter((part) => part.type === 'chunk')
  const files = new Set(chunks.map(({ fileName }) => fileName))
  const missing = chunks
    .flatMap(({ imports }) => imports)
    .find((name) => !files.has(name) && !react.test(name))
  if (missing !== undefined) throw new Error(`${missing} is not there: is it built?`)
  return chunks
}

// The page's own chunk and what that imports; the rest is loaded when it is needed.
function findFirst(chunks: readonly OutputChunk[]): OutputChunk[] {
  const found = new Set(chunks.filter((chunk) => chunk.isEntry))
  for (const { imports } of found) {
    for (const chunk of chunks.filter(({ fileName }) => imports.includes(fileName)))
      found.add(chunk)
  }
  return [...found]
}

function sum(chunks: readonly OutputChunk[]): number {
  return chunks.reduce((total, { code }) => total + gzipSync(code, { level: 9 }).length, 0)
}

function toKilobytes(bytes: number): string {
  return (bytes / 1_000).toFixed(1)
}
