// Calls a built worker as its platform does: with web requests, and the environment as a binding. Of this
// process it can see nothing but what every worker has.
import { createServer } from 'node:http'
import { pathToFileURL } from 'node:url'

const [file = '', port = '0', bindings = '{}'] = process.argv.slice(2)
const env = { ...JSON.parse(bindings), ASSETS: { fetch: () => new Response('', { status: 404 }) } }
const { default: worker } = await import(pathToFileURL(file).href)

async function answer(incoming, outgoing) {
  const chunks = []
  for await (const chunk of incoming) chunks.push(chunk)
  const { method = 'GET', url = '/', headers } = incoming
  const request = new Request(`http://${headers.host}${url}`, {
    method,
    headers: Object.entries(headers).map(([name, value]) => [name, String(value)]),
    ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
  })
  const context = { waitUntil: () => undefined, passThroughOnException: () => undefined }
  const response = await worker.fetch(request, env, context)
  outgoing.statusCode = response.status
  for (const [name, value] of response.headers) outgoing.appendHeader(name, value)
  outgoing.end(Buffer.from(await response.arrayBuffer()))
}

const server = createServer((incoming, outgoing) => void answer(incoming, outgoing))
server.listen(Number(port), () => console.log('Listening on', port))
