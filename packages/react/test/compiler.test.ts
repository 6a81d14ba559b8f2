// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'

interface Babel {
  transformAsync(code: string, options: object): Promise<{ code?: string | null } | null>
}

// It has no types of its own.
const require = createRequire(import.meta.url)
const { transformAsync }: Babel = require('@babel/core')
const folder = new URL('../src/', import.meta.url)
const files = readdirSync(folder).filter((name) => !name.includes('.test.'))

/** Compiles with the React Compiler, which throws for what breaks the rules of React. */
async function compile(code: string, filename: string): Promise<string> {
  const result = await transformAsync(code, {
    filename,
    babelrc: false,
    configFile: false,
    parserOpts: { plugins: ['typescript', 'jsx'] },
    plugins: [[require.resolve('babel-plugin-react-compiler'), { panicThreshold: 'all_errors' }]],
  })
  return result?.code ?? ''
}

describe('the React Compiler', () => {
  it.each(files)('takes %s as it is', async (name) => {
    await expect(compile(readFileSync(new URL(name, folder), 'utf8'), name)).resolves.toMatch(/\S/)
  })

  it('does compile the components', async () => {
    const code = readFileSync(new URL('protect.tsx', folder), 'utf8')
    expect(await compile(code, 'example.tsx')).toContain('react/compiler-runtime')
  })

  it('would refuse a ref that is read while rendering', async () => {
    const code = `import { useRef } from 'react'
      export function Counter() { const ref = useRef(0); return <p>{ref.current}</p> }`
    await expect(compile(code, 'example.tsx')).rejects.toThrow(/ref/i)
  })
})
