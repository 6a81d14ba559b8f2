import * as fc from 'fast-check'
import { base64url, CompactEncrypt, compactDecrypt, CompactSign } from 'jose'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { secrets } from '../test/settings.ts'
import type { createSeal as create, Seal } from './seal.ts'
import * as node from './seal-node.ts'
import * as web from './seal-web.ts'

const [secret, older] = secrets
const context = [
  'session',
  '__Host-trefoil.session',
  'https://tenant.kinde.test',
  'client-1',
] as const
const [purpose, name, issuer, client] = context
const info = JSON.stringify(['trefoil', 1, ...context])
const data = { user: 'kp_1', name: 'Ölivia €', list: [1, null, true] }
const now = Date.UTC(2026, 10, 25)
const later = now / 1000 + 60
const clock = (): number => now
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

type Make = (changes?: Partial<Parameters<typeof create>[0]>) => Seal

// The same code over either implementation, as the conditional import picks them.
async function over(implementation: object): Promise<Make> {
  vi.resetModules()
  vi.doMock('#seal', () => implementation)
  const { createSeal } = await import('./seal.ts')
  return (changes) => createSeal({ secrets: [secret], context, clock, ...changes })
}

const onNode = await over(node)
const onWeb = await over(web)
vi.doUnmock('#seal')

describe.each([
  ['Node', onNode, onWeb],
  ['the web', onWeb, onNode],
])('a seal on %s', (_name, make, makeOther) => {
  let seal: Seal
  let token: string
  beforeEach(async () => {
    seal = make()
    token = await seal.close(data, later)
  })

  it('opens what it sealed', async () => {
    expect(await seal.open(token)).toEqual({ data, expiresAt: later, stale: false })
  })

  it('opens what the other implementation sealed', async () => {
    expect(await seal.open(await makeOther().close(data, later))).toMatchObject({ data })
  })

  it('is a compact JWE that jose opens with the derived key', async () => {
    const { plaintext, protectedHeader } = await compactDecrypt(
      token,
      (await web.deriveKey(secret, info)).key,
    )
    expect(JSON.parse(new TextDecoder().decode(plaintext))).toEqual({ v: 1, exp: later, data })
    expect(protectedHeader).toEqual({
      alg: 'dir',
      enc: 'A256GCM',
      kid: node.deriveKey(secret, info).id,
    })
  })

  it('opens what jose sealed in the same way', async () => {
    expect(await seal.open(await encryptByJose({ v: 1, exp: later, data }))).toMatchObject({ data })
  })

  it('tells nothing of what it holds, and never seals the same twice', async () => {
    const again = await seal.close(data, later)
    expect(again).not.toBe(token)
    expect(again.split('.')[2]).not.toBe(token.split('.')[2])
    expect(atob(fromUrl(token.split('.')[0] ?? ''))).not.toContain(secret)
    expect(token).not.toContain(base64url.encode(secret))
  })

  it('SE-05 opens nothing in which a single bit is flipped', async () => {
    const refused = await Promise.all(
      token.split('').flatMap((character, index) =>
        [...Array(7).keys()].map(async (bit) => {
          const other = String.fromCharCode(character.charCodeAt(0) ^ (1 << bit))
          return seal.open(token.slice(0, index) + other + token.slice(index + 1))
        }),
      ),
    )
    expect(refused.filter((opened) => opened !== undefined)).toEqual([])
  })

  it('SE-05 opens nothing that is spelled otherwise, though the bytes are the same', async () => {
    const [header, , iv, text, tag = ''] = token.split('.')
    const others = [
      ...alphabet
        .split('')
        .filter((character) => !tag.endsWith(character))
        .map((character) => token.slice(0, -1) + character),
      `${token}=`,
      `${token}==`,
      ` ${token}`,
      `${token} `,
      `${token}\n`,
      `${token}.`,
      `"${token}"`,
      token.replaceAll('-', '+').replaceAll('_', '/').concat('='),
      `${header}..${iv}.${text}=.${tag}`,
      `${header}..${iv}.!${text}.${tag}`,
      `${header}..${iv}=.${text}.${tag}`,
      `${header}.A.${iv}.${text}.${tag}`,
    ]
    for (const other of others) expect([other, await seal.open(other)]).toEqual([other, undefined])
  })

  it.each(['', 'a', 'ab'])(
    'SE-05 opens no unused bit that is set, whatever the length: %j',
    async (text) => {
      const parts = (await seal.close(text, later)).split('.')
      for (const part of [2, 3, 4]) {
        const own = parts[part] ?? ''
        const others = alphabet.split('').filter((character) => !own.endsWith(character))
        const opened = await Promise.all(
          others.map((character) =>
            seal.open(parts.with(part, own.slice(0, -1) + character).join('.')),
          ),
        )
        expect(opened).toEqual(others.map(() => undefined))
      }
    },
  )

  it('SE-05 opens nothing that is cut, doubled or put together of two', async () => {
    const [header, , iv, text, tag] = token.split('.')
    const [, , otherIv, otherText, otherTag] = (await seal.close(data, later)).split('.')
    const others = [
      ...Array.from({ length: token.length }, (_, length) => token.slice(0, length)),
      token + token,
      token.slice(1),
      `${header}..${otherIv}.${text}.${tag}`,
      `${header}..${iv}.${otherText}.${tag}`,
      `${header}..${iv}.${text}.${otherTag}`,
      `${header}..${iv}.${text}`,
      `${header}.....`,
      `${header}..${iv}..${tag}`,
    ]
    for (const other of others) expect([other, await seal.open(other)]).toEqual([other, undefined])
  })

  it.each([4, 8, 12, 15])('opens nothing with a tag of %d bytes', async (size) => {
    const parts = token.split('.')
    const tag = base64url.decode(parts[4] ?? '').slice(0, size)
    expect(await seal.open([...parts.slice(0, 4), base64url.encode(tag)].join('.'))).toBeUndefined()
  })

  it('opens nothing with an initialization vector of another length', async () => {
    const [header, , iv = '', ...rest] = token.split('.')
    for (const size of [0, 8, 16]) {
      const other = base64url.encode(new Uint8Array(16).fill(7).slice(0, size))
      expect(await seal.open([header, '', other, ...rest].join('.'))).toBeUndefined()
    }
    expect(await seal.open([header, '', iv.slice(0, -1), ...rest].join('.'))).toBeUndefined()
  })

  it.each([
    { alg: 'none' },
    { alg: 'A256KW', enc: 'A256GCM' },
    { alg: 'dir', enc: 'A128GCM' },
    { alg: 'dir', enc: 'A256CBC-HS512' },
    { alg: 'dir', enc: 'A256GCM' },
    { enc: 'A256GCM', alg: 'dir' },
    { alg: 'dir', enc: 'A256GCM', zip: 'DEF' },
    { alg: 'dir', enc: 'A256GCM', crit: ['exp'] },
    { alg: 'DIR', enc: 'A256GCM' },
  ])('SE-05 opens nothing with the header %j', async (header) => {
    const { id } = node.deriveKey(secret, info)
    for (const full of [header, { ...header, kid: id }]) {
      const same = full.alg === 'dir' && full.enc === 'A256GCM' && 'kid' in full
      const segment = base64url.encode(JSON.stringify(full))
      if (same && segment === token.split('.')[0]) continue
      expect(await seal.open([segment, ...token.split('.').slice(1)].join('.'))).toBeUndefined()
    }
  })

  it('opens nothing that was encrypted by its own key under another header', async () => {
    const { key, id } = await web.deriveKey(secret, info)
    const text = new TextEncoder().encode(JSON.stringify({ v: 1, exp: later, data }))
    for (const header of [{ kid: id, typ: 'x' }, { kid: 'other' }, {}]) {
      const other = await new CompactEncrypt(text)
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', ...header })
        .encrypt(key)
      expect(await seal.open(other)).toBeUndefined()
    }
  })

  it('opens no signed token, not even one that it has the key of', async () => {
    const signed = await new CompactSign(
      new TextEncoder().encode(JSON.stringify({ v: 1, exp: later, data })),
    )
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(secret))
    expect(await seal.open(signed)).toBeUndefined()
  })

  it.each<[string, string[]]>([
    ['purpose', ['transaction', name, issuer, client]],
    ['name', [purpose, '__Host-other.session', issuer, client]],
    ['issuer', [purpose, name, 'https://other.kinde.test', client]],
    ['client', [purpose, name, issuer, 'client-2']],
    ['kind of context', [context.join('')]],
    ['border between its parts', [`${purpose}","${name}`, issuer, client]],
  ])('SE-07 AR-12 opens nothing that was sealed for another %s', async (_what, other) => {
    expect(await seal.open(await make({ context: other }).close(data, later))).toBeUndefined()
    expect(await make({ context: other }).open(token)).toBeUndefined()
  })

  it('SE-10 opens what an older secret sealed, and says that it is stale', async () => {
    const rotated = make({ secrets: [older, secret] })
    expect(await rotated.open(token)).toEqual({ data, expiresAt: later, stale: true })
    const fresh = await rotated.close(data, later)
    expect(await rotated.open(fresh)).toMatchObject({ stale: false })
    expect(await seal.open(fresh)).toBeUndefined()
    expect(await make({ secrets: [older] }).open(fresh)).toMatchObject({ stale: false })
  })

  it('opens nothing of a secret that it does not have', async () => {
    expect(await make({ secrets: [older] }).open(token)).toBeUndefined()
    expect(await make({ secrets: [`${secret} `] }).open(token)).toBeUndefined()
    expect(await make({ secrets: [] }).open(token)).toBeUndefined()
    await expect(make({ secrets: [] }).close(data, later)).rejects.toThrow('needs a secret')
  })

  it('SE-12 opens until its time is over, by the clock that it was given', async () => {
    const until = (seconds: number): Seal => make({ clock: () => seconds * 1000 })
    expect(await until(later - 1).open(token)).toBeDefined()
    expect(await until(later).open(token)).toBeUndefined()
    expect(await until(later + 1).open(token)).toBeUndefined()
  })

  it.each([
    ['no version', { exp: later, data }],
    ['another version', { v: 2, exp: later, data }],
    ['no end', { v: 1, data }],
    ['an end that is a text', { v: 1, exp: String(later), data }],
    ['no end but null', { v: 1, exp: null, data }],
    ['no object', [1, later, data]],
    ['a text', 'hello'],
  ])('opens nothing whose content has %s', async (_what, content) => {
    expect(await seal.open(await encryptByJose(content))).toBeUndefined()
  })

  it('opens nothing whose content is no JSON', async () => {
    const { key, id } = await web.deriveKey(secret, info)
    const other = await new CompactEncrypt(Uint8Array.of(0xff, 0x7b))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: id })
      .encrypt(key)
    expect(await seal.open(other)).toBeUndefined()
  })

  it('CF-09 opens whatever JSON it sealed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const sealed = await seal.close(value, later)
        const expected: unknown = JSON.parse(JSON.stringify(value))
        expect((await makeOther().open(sealed))?.data).toEqual(expected)
        expect(sealed).toMatch(/^[\w.-]+$/)
      }),
      { numRuns: 50 },
    )
  })

  it('CF-09 opens nothing that it did not seal', async () => {
    const part = fc.oneof(fc.constantFrom(...token.split('.')), fc.base64String(), fc.string())
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 6 }), async (parts) => {
        const other = parts.join('.')
        fc.pre(other !== token)
        expect(await seal.open(other)).toBeUndefined()
      }),
      { numRuns: 200 },
    )
  })
})

// Guards of their own, beneath the one that looks at the form.
describe.each([
  ['Node', node],
  ['the web', web],
])('decryption on %s', (_name, { decrypt, deriveKey, encrypt }) => {
  const seal = async (): Promise<string[]> => {
    const sealKey = await deriveKey(secret, info)
    const header = JSON.stringify({ alg: 'dir', enc: 'A256GCM', kid: sealKey.id })
    return (await Reflect.apply(encrypt, undefined, [sealKey, header, 'text'])).split('.')
  }
  const open = async (parts: readonly string[]): Promise<string | undefined> =>
    Reflect.apply(decrypt, undefined, [await deriveKey(secret, info), parts.join('.')])

  it('gives the text of five parts and of no other number', async () => {
    const parts = await seal()
    expect(await open(parts)).toBe('text')
    expect(await open([...parts, ''])).toBeUndefined()
    expect(await open(parts.slice(0, 4))).toBeUndefined()
    expect(await open([])).toBeUndefined()
  })

  it.each([4, 8, 12, 13, 14, 15, 17])('takes no tag of %d bytes', async (size) => {
    const parts = await seal()
    const tag = new Uint8Array(17)
    tag.set(base64url.decode(parts[4] ?? ''))
    expect(await open(parts.with(4, base64url.encode(tag.slice(0, size))))).toBeUndefined()
  })

  it.each([0, 8, 11, 13, 16])('takes no initialization vector of %d bytes', async (size) => {
    const parts = await seal()
    const iv = new Uint8Array(16)
    iv.set(base64url.decode(parts[2] ?? ''))
    expect(await open(parts.with(2, base64url.encode(iv.slice(0, size))))).toBeUndefined()
  })

  it('takes no encrypted key, and no other header', async () => {
    const parts = await seal()
    expect(await open(parts.with(1, 'AAAA'))).toBeUndefined()
    const header = base64url.encode(JSON.stringify({ alg: 'dir', enc: 'A256GCM' }))
    expect(await open(parts.with(0, header))).toBeUndefined()
  })
})

describe('a key', () => {
  it('is the same on Node and on the web, and another for each secret and use', async () => {
    const keys: [string, string][] = [
      [secret, 'a'],
      [secret, 'b'],
      [older, 'a'],
      ['ä€ secret that is not all ASCII, and long', 'a'],
    ]
    const onWeb = await Promise.all(
      keys.map(async ([text, use]) => (await web.deriveKey(text, use)).id),
    )
    const onNode = keys.map(([text, use]) => node.deriveKey(text, use))
    expect(onNode.map(({ id }) => id)).toEqual(onWeb)
    expect(new Set(onWeb).size).toBe(keys.length)
    expect(new Set(onNode.map(({ key }) => key.export().toString('hex'))).size).toBe(keys.length)
  })

  it('cannot be read from its id', () => {
    const { id, key } = node.deriveKey(secret, 'a')
    expect(id).toMatch(/^[\w-]{12}$/)
    expect(key.export().toString('base64url')).not.toContain(id)
  })

  it('cannot be taken out of the web implementation', async () => {
    const { key } = await web.deriveKey(secret, 'a')
    expect(key.extractable).toBe(false)
  })
})

describe('a digest', () => {
  it.each([
    ['SHA-256', 'abc', 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0'],
    [
      'SHA-512',
      '',
      'z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg_SpIdNs6c5H0NE8XYXysP-DGNKHfuwvY7kxvUdBeoGlODJ6-SfaPg',
    ],
  ])('is the one of %s, whoever makes it', async (algorithm, text, expected) => {
    for (const bytes of [
      node.digestBytes(algorithm, text),
      await web.digestBytes(algorithm, text),
    ]) {
      expect(base64url.encode(bytes)).toBe(expected)
    }
    expect(() => node.digestBytes('no-such', text)).toThrow()
    await expect(web.digestBytes('no-such', text)).rejects.toThrow()
  })

  it.each(['', 'abc', 'ä€'])('is the SHA-256 of %j on Node and on the web', async (text) => {
    const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
    const expected = base64url.encode(new Uint8Array(bytes))
    expect([node.digest(text), await web.digest(text)]).toEqual([expected, expected])
  })
})

async function encryptByJose(content: unknown): Promise<string> {
  const { key, id } = await web.deriveKey(secret, info)
  return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(content)))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: id })
    .encrypt(key)
}

function fromUrl(text: string): string {
  return text.replaceAll('-', '+').replaceAll('_', '/')
}
