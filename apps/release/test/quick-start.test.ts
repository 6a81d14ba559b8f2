import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { consumers } from '../src/consumers.ts'
import { findSnippets, readQuickStart } from '../src/quick-start.ts'

const fence = '```'

describe('the code of a quick start', () => {
  it('is what stands in its section, with the file that it names', () => {
    const readme = `# X

${fence}ts
before()
${fence}

## Quick start: a site

1. Do

${fence}ts
// lib/auth.ts
one()
${fence}
${fence}sh
npm install
${fence}
2. Do more

   ${fence}tsx
   if (two) {
     two()
   }
   ${fence}

## More

${fence}ts
after()
${fence}
`
    expect(findSnippets(readme)).toEqual([
      { code: '// lib/auth.ts\none()\n', file: 'lib/auth.ts' },
      { code: 'if (two) {\n  two()\n}\n', file: undefined },
    ])
  })

  it('is missed', () => {
    expect(() => findSnippets('# X')).toThrow('no "## Quick start"')
  })

  it.each(consumers.filter(({ quickStart }) => quickStart))(
    'of $name is found, and each piece has a file',
    ({ quickStart }) => {
      const { folder = '', files = [] } = quickStart ?? {}
      const names = readQuickStart(folder).map(({ file }, index) => file ?? files[index])

      expect(names.length).toBeGreaterThan(0)
      expect(names).not.toContain(undefined)
    },
  )
})

it.each(consumers.filter(({ demo }) => demo === undefined))(
  '$name has a folder, whose manifest asks for its package',
  (consumer) => {
    const file = fileURLToPath(
      new URL(`../consumers/${consumer.name}/package.json`, import.meta.url),
    )
    expect(existsSync(file)).toBe(true)
    const { dependencies } = JSON.parse(readFileSync(file, 'utf8'))
    expect(dependencies).toHaveProperty(consumer.package)
  },
)
