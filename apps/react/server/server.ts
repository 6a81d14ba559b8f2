import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { securityHeaders } from './security-headers.ts'
import { insertSettings, readSettings, type ServerSettings, SettingsError } from './settings.ts'
import { readStaticFiles, type StaticFile } from './static-files.ts'

/** How long requests in flight may take when the server is asked to stop, in milliseconds. */
const grace = 5_000
/** The pages of `src/routes.tsx`. At any other address the same file says so, with status 404. */
const pages = ['/', '/callback', '/dashboard', '/reports', '/graphql', '/beta', '/organizations']
const folder = fileURLToPath(new URL('../dist', import.meta.url))

const { port, page } = readSettingsOrFail()
if (!existsSync(folder)) fail(['dist/ is missing: build first (npm run build).'])
const headers = new Map(Object.entries(securityHeaders(page)))
const files = readStaticFiles(folder)
const index: StaticFile = {
  body: Buffer.from(insertSettings(String(files.get('/index.html')?.body), page)),
  type: 'text/html; charset=utf-8',
  // The settings in it may change with the next start.
  cacheControl: 'no-store',
}
const health: StaticFile = {
  body: Buffer.from(JSON.stringify({ status: 'ok' })),
  type: 'application/json',
  cacheControl: 'no-store',
}
const refusal: StaticFile = {
  body: Buffer.from('Method not allowed'),
  type: 'text/plain; charset=utf-8',
  cacheControl: 'no-store',
}
const answers = new Map([
  ...files,
  ...pages.map((path) => [path, index] as const),
  ['/healthz', health],
])
answers.delete('/index.html')

const server = createServer(answer)
server.on('error', (error) => fail([describeListenError(error)]))
server.listen(port, () => {
  const address = server.address()
  const bound = typeof address === 'object' && address ? address.port : port
  console.log(`React demo on http://localhost:${bound}`)
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop)

function answer(request: IncomingMessage, response: ServerResponse): void {
  response.setHeaders(headers)
  const [path = '/'] = (request.url ?? '/').split('?')
  const found = answers.get(path)
  if (request.method !== 'GET' && request.method !== 'HEAD') send(response, 405, refusal)
  else send(response, found ? 200 : 404, found ?? index)
}

function send(
  response: ServerResponse,
  status: number,
  { body, type, cacheControl }: StaticFile,
): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': body.length,
    'cache-control': cacheControl,
  })
  // Node leaves the body out where the request was HEAD.
  response.end(body)
}

function readSettingsOrFail(): ServerSettings {
  try {
    return readSettings(process.env)
  } catch (error) {
    if (error instanceof SettingsError) return fail(error.problems)
    throw error
  }
}

function fail(problems: readonly string[]): never {
  const list = problems.map((problem) => `  - ${problem}`).join('\n')
  console.error(`The React demo cannot start:\n${list}\nSee .env.example for every setting.`)
  process.exit(1)
}

function describeListenError(error: Error): string {
  const isTaken = 'code' in error && error.code === 'EADDRINUSE'
  return isTaken ? `Port ${port} is taken: set PORT to another one.` : error.message
}

function stop(): void {
  server.close()
  server.closeIdleConnections()
  setTimeout(() => server.closeAllConnections(), grace).unref()
}
