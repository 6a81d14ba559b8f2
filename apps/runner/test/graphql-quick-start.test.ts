import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { findFreePorts } from './free-port.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const adapter = join(root, 'packages/graphql')
const running: ChildProcess[] = []
const folders: string[] = []

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

it.each([
  ['README.md', '@apollo/server'],
  ['packages/graphql/README.md', '@apollo/server'],
  ['packages/graphql/README.md', 'graphql-http/lib/use/express'],
])('the quick start of %s with %s guards the reports', async (readme, server) => {
  const [port = 0] = await findFreePorts(1)
  const folder = install()
  const code = findSnippet(readme, server).replace('listen(4000)', `listen(${port})`)
  writeFileSync(join(folder, 'api.mjs'), code)
  start(folder)

  const answer = await ask(port)
  expect(await answer.json()).toMatchObject({
    data: { reports: null },
    errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
  })
  const refused = await ask(port, { authorization: 'Bearer broken' })
  expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
    401,
    'Bearer error="invalid_token"',
  ])
})

/** A folder with what the first step of the quick start installs. */
function install(): string {
  const folder = mkdtempSync(join(tmpdir(), 'trefoil-graphql-'))
  folders.push(folder)
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '@trefoil'), { recursive: true })
  symlinkSync(adapter, join(modules, '@trefoil/graphql'))
  for (const scope of ['@apollo', '@as-integrations', '@graphql-tools']) {
    symlinkSync(join(adapter, 'node_modules', scope), join(modules, scope))
  }
  for (const name of ['express', 'graphql', 'graphql-http']) {
    symlinkSync(join(adapter, 'node_modules', name), join(modules, name))
  }
  return folder
}

function findSnippet(readme: string, server: string): string {
  const blocks = readFileSync(join(root, readme), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```/gm)
  const codes = [...blocks].map(([, code = '']) => code)
  const found = codes.find((code) => code.includes(`'${server}'`) && code.includes('listen(4000)'))
  if (found === undefined) throw new Error(`${readme} has no quick start with ${server}.`)
  return found
}

function start(folder: string): void {
  const child = spawn(process.execPath, ['api.mjs'], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      KINDE_ISSUER_URL: 'http://localhost:1',
      KINDE_AUDIENCE: 'https://reports.example',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  running.push(child)
}

async function ask(port: number, headers: Record<string, string> = {}): Promise<Response> {
  for (;;) {
    const asked = fetch(`http://localhost:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: '{ reports }' }),
    })
    // oxlint-disable-next-line no-await-in-loop -- each question waits for the answer before
    const answer = await asked.catch(() => undefined)
    if (answer) return answer
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
