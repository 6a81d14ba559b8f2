// @vitest-environment node
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'

const source = new URL('../src/', import.meta.url)
const built = new URL('../dist/', import.meta.url)
const read = (url: URL): string => readFileSync(url, 'utf8')

/** The name of the built file of a source file that has code. */
function toBuilt(name: string): string {
  return name.replace(/\.tsx?$/, '.js')
}

describe('what was built', () => {
  beforeAll(() => {
    if (!existsSync(new URL('index.js', built))) {
      throw new Error('The build is missing: run "pnpm --filter @trefoil/react build" first.')
    }
  })

  const client = readdirSync(source).filter((name) =>
    /^['"]use client['"]/.test(read(new URL(name, source))),
  )

  it('says "use client" first in each file that does in the source, and in no other', () => {
    expect(client.length).toBeGreaterThan(15)
    const marked = readdirSync(built).filter(
      (name) => name.endsWith('.js') && /^['"]use client['"];/.test(read(new URL(name, built))),
    )
    expect(marked.sort()).toEqual(client.map(toBuilt).sort())
  })

  it('marks every source file that has a hook, a context or a handler', () => {
    const files = readdirSync(source).filter((name) => {
      const code = read(new URL(name, source))
      return /\b(use[A-Z]\w*|createContext)\(|<[A-Za-z.]+[ >]/.test(
        code.replace(/\/\*[^]*?\*\//g, ''),
      )
        ? /from 'react'|\.\/use-/.test(code) && !name.endsWith('index.ts')
        : false
    })
    expect(files.filter((name) => !client.includes(name))).toEqual([])
  })

  it('has its entry open to server components: it only passes on', () => {
    const code = read(new URL('index.js', built)).replace(/^\/\/.*$/gm, '')
    expect(code).not.toMatch(/use client/)
    for (const line of code.split('\n').filter((each) => each.trim() !== '')) {
      expect(line).toMatch(/^(import|export) \{/)
    }
  })

  it('CF-04 imports React, the core for browsers, and nothing of a server', () => {
    const imports = readdirSync(built)
      .filter((name) => name.endsWith('.js'))
      .flatMap((name) => [...read(new URL(name, built)).matchAll(/from ["']([^."'][^"']*)["']/g)])
      .map(([, specifier]) => specifier)
    expect(new Set(imports)).toEqual(
      new Set(['@trefoil/core', '@trefoil/core/frontend', 'react', 'react/jsx-runtime']),
    )
  })
})
