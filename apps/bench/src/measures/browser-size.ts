import { fileURLToPath } from 'node:url'
import { bundlePage, findFirst, weigh } from '../../../runner/src/page-weight.mjs'
import type { Measure, Row } from '../harness/measure.ts'
import { peers } from '../harness/peers.ts'
import { firstLine } from './compare.ts'

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
      rows.push(await measure(subject))
    }
    return rows
  },
}

function peer(who: string, names: string, from: string): Subject {
  return { who, names, from, folder: peers }
}

async function measure({ who, names, from, folder }: Subject): Promise<Row> {
  try {
    const code = `export { ${names} } from '${from}'`
    const chunks = await bundlePage({ code, folder: fileURLToPath(folder) })
    const [first, all] = [weigh(findFirst(chunks)), weigh(chunks)]
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

function toKilobytes(bytes: number): string {
  return (bytes / 1_000).toFixed(1)
}
