import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../runner/src/command.mjs'

/** A piece of code of a quick start. */
export interface Snippet {
  readonly code: string
  /** The file that its first line names, such as `// lib/auth.ts`. */
  readonly file: string | undefined
}

/** The code in the quick start of a package's README. */
export function readQuickStart(folder: string): Snippet[] {
  return findSnippets(readFileSync(join(root, 'packages', folder, 'README.md'), 'utf8'))
}

/** The code blocks of the section "Quick start". Throws when there is none. */
export function findSnippets(readme: string): Snippet[] {
  const [, section] = /^## Quick start.*\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(readme) ?? []
  if (section === undefined) throw new Error('The README has no "## Quick start".')
  // Within a step of a list it is indented.
  const blocks = section.matchAll(/^( *)```(?:[tj]sx?|vue)\n([\s\S]*?)^ *```/gm)
  return [...blocks].map(([, indent = '', text = '']) => {
    const code = text.replaceAll(new RegExp(`^${indent}`, 'gm'), '')
    return { code, file: /^\/\/ ([\w.[\]/-]+\.\w+)$/m.exec(code.split('\n', 1)[0] ?? '')?.[1] }
  })
}
