// Any server of files will do: the page finds its modules through an import map.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join, normalize } from 'node:path'

const core = '/node_modules/@trefoil/core'
const imports = {
  '@trefoil/core/frontend': `${core}/dist/frontend-app.js`,
  '#error-catalog': `${core}/dist/error-catalog-web.js`,
  '#seal': `${core}/dist/seal-web.js`,
  'jose/errors': '/node_modules/jose/dist/webapi/util/errors.js',
  'jose/jwe/compact/decrypt': '/node_modules/jose/dist/webapi/jwe/compact/decrypt.js',
  'jose/jwe/compact/encrypt': '/node_modules/jose/dist/webapi/jwe/compact/encrypt.js',
  'jose/jwt/verify': '/node_modules/jose/dist/webapi/jwt/verify.js',
  'jose/jwks/local': '/node_modules/jose/dist/webapi/jwks/local.js',
  oauth4webapi: '/node_modules/oauth4webapi/build/index.js',
}

const page = `<!doctype html>
<html lang="en" data-issuer="${process.env['KINDE_ISSUER_URL']}" data-client="${process.env['KINDE_CLIENT_ID']}">
  <title>A page</title>
  <script type="importmap">${JSON.stringify({ imports })}</script>
  <script type="module" src="/page.mjs"></script>
  <p id="name"></p>
  <button id="login" hidden>Sign in</button>
  <button id="logout" hidden>Sign out</button>
</html>`

createServer(async ({ url = '/' }, response) => {
  const { pathname } = new URL(url, 'http://localhost')
  if (!/\.m?js$/.test(pathname)) {
    response.setHeader('content-type', 'text/html; charset=utf-8').end(page)
    return
  }
  try {
    const text = await readFile(join(import.meta.dirname, normalize(pathname)))
    response.setHeader('content-type', 'text/javascript; charset=utf-8').end(text)
  } catch {
    response.writeHead(404).end()
  }
}).listen(Number(process.env['PORT']), 'localhost')
