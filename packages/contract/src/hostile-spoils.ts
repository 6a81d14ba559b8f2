import { createHmac } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { createSigningKey, type ProviderRequest, paths } from '../../core/test/fake-provider.ts'
import type { HostileProvider, WireAnswer } from './hostile-provider.ts'

/** Spoils one thing of a provider. */
export type Spoil = (provider: HostileProvider) => unknown

/** The secret of the client that meets the hostile provider. */
export const hostileSecret = 'hostile-cases-secret-0123456789abcdefgh'

/** A text of the provider's that must reach no page. */
export const leaked = 'leaked-by-the-provider'

/** Has a path of the provider answer so. */
export function at(path: string, answer: () => Response): Spoil {
  return (provider) => provider.on(path, answer)
}

/** Has the token endpoint answer so. */
export function atToken(answer: () => Response): Spoil {
  return at(paths.token, answer)
}

/** Has the token endpoint answer in what no `Response` can say. */
export function onWire(answer: WireAnswer): Spoil {
  return (provider) => {
    provider.onWire(paths.token, answer)
  }
}

/** Spoils two things. */
export function both(one: Spoil, other: Spoil): Spoil {
  return (provider) => {
    one(provider)
    other(provider)
  }
}

/** Changes the metadata. */
export function withMetadata(changes: Record<string, unknown>): Spoil {
  return (provider) => Object.assign(provider.metadata, changes)
}

/** Changes the token answer. */
export function withAnswer(changes: Record<string, unknown>): Spoil {
  return (provider) => {
    const usual = provider.tokenAnswer
    provider.tokenAnswer = async (form) => ({ ...(await usual(form)), ...changes })
  }
}

/** Replaces the ID token. */
export function withIdToken(make: (provider: HostileProvider) => Promise<string>): Spoil {
  return (provider) => {
    const usual = provider.tokenAnswer
    provider.tokenAnswer = async (form) => ({
      ...(await usual(form)),
      id_token: await make(provider),
    })
  }
}

/** Changes claims of the ID token. */
export function withClaims(claims: Record<string, unknown>): Spoil {
  return withIdToken((provider) => provider.idToken(claims))
}

/** Changes the header of the ID token. */
export function withHeader(header: Record<string, string>): Spoil {
  return withIdToken((provider) => provider.idToken({}, header))
}

/** An ID token that says that it needs no signature. */
export async function unsigned(provider: HostileProvider): Promise<string> {
  const [, claims] = (await provider.idToken()).split('.')
  return `${encode({ alg: 'none', typ: 'JWT' })}.${claims}.`
}

/** An ID token that is signed with the client secret. */
export async function symmetric(provider: HostileProvider): Promise<string> {
  const [, claims] = (await provider.idToken()).split('.')
  const head = `${encode({ alg: 'HS256', typ: 'JWT', kid: 'key-1' })}.${claims}`
  return `${head}.${createHmac('sha256', hostileSecret).update(head).digest('base64url')}`
}

/** An ID token that a foreign key signed, under the id of the real one. */
export async function foreign(provider: HostileProvider): Promise<string> {
  const key = await createSigningKey('key-1')
  const [, claims = ''] = (await provider.idToken()).split('.')
  return provider.sign(JSON.parse(Buffer.from(claims, 'base64url').toString()), {}, key)
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** Changes the authorization response; an empty value takes a parameter out. */
export function answering(changes: Record<string, string>): Spoil {
  return (provider) =>
    provider.on(paths.authorization, ({ url }: ProviderRequest) => {
      const { searchParams } = url
      provider.nonce = searchParams.get('nonce') ?? ''
      const target = new URL(searchParams.get('redirect_uri') ?? '')
      const state = searchParams.get('state') ?? ''
      const usual = { code: 'code', state, iss: provider.issuer }
      const entries = Object.entries({ ...usual, ...changes }).filter(([, value]) => value !== '')
      target.search = new URLSearchParams(entries).toString()
      return redirectTo(target.href, 302)
    })
}

/** Takes a parameter out; for {@link answering}. */
export function drop(name: string): Record<string, string> {
  return { [name]: '' }
}

/** An OAuth error whose description is markup that must reach no page. */
export function oauthError(error: string): object {
  return { error, error_description: `<b>${leaked}</b>` }
}

/** An answer in HTML. */
export function html(status: number): () => Response {
  const headers = { 'content-type': 'text/html' }
  return () => new Response(`<h1>${leaked}</h1>`, { status, headers })
}

/** A redirect. */
export function redirectTo(location: string, status: number): Response {
  return new Response(null, { status, headers: { location } })
}

/** An answer that never ends, a space at a time. */
export const drip: WireAnswer = (_message, response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  const timer = setInterval(() => response.write(' '), 50)
  response.once('close', () => clearInterval(timer))
}

/** An answer that breaks off. */
export const cut: WireAnswer = (_message, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
  response.write('{"access_token":"a"')
  setImmediate(() => response.destroy())
}

/** A small answer that is large once it is inflated. */
export const bomb: WireAnswer = (_message, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
  response.end(gzipSync(Buffer.alloc(16 * 1024 * 1024, ' ')))
}
