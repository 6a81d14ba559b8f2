import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))

interface Snippet {
  /** Where it stands, for the report. */
  readonly place: string
  readonly code: string
  /** Where it is compiled: a folder from which its imports resolve. */
  readonly folder: string
  readonly extension: string
  /** The file that its first line names, such as `// lib/auth.ts`; others of its README may import it. */
  readonly file: string | undefined
}

const snippets = findReadmes().flatMap(readSnippets)

describe('the code in the READMEs', () => {
  it('is found at all', () => {
    expect(snippets.length).toBeGreaterThan(5)
  })

  it('compiles', { timeout: 60_000 }, () => {
    expect(compile(snippets)).toEqual([])
  })
})

// That of packages/nuxt shows files of an application whose names need no import; Nuxt itself compiles
// them, in packages/nuxt/test/readme.test.ts.
function findReadmes(): string[] {
  const folders = ['packages', 'apps']
    .flatMap((group) => readdirSync(join(root, group)).map((name) => join(root, group, name)))
    .filter((folder) => folder !== join(root, 'packages/nuxt'))
  return [root, ...folders].map((folder) => join(folder, 'README.md')).filter(existsSync)
}

function readSnippets(file: string): Snippet[] {
  const blocks = readFileSync(file, 'utf8').matchAll(/^```(tsx?)\n([\s\S]*?)^```/gm)
  return [...blocks].map(([, extension = 'ts', code = ''], index) => ({
    place: `${relative(root, file)} snippet ${index + 1}`,
    code,
    extension,
    folder: findFolder(file, code),
    file: /^\/\/ ([\w.[\]/-]+\.tsx?)$/m.exec(code.split('\n', 1)[0] ?? '')?.[1],
  }))
}

// A package finds itself by its name and what it depends on; the root's snippets are at home in the
// package that they show.
function findFolder(file: string, code: string): string {
  const folder = dirname(file)
  if (folder !== resolve(root)) return folder
  const name = /@trefoil\/(\w+)/.exec(code)?.[1] ?? 'core'
  return join(root, 'packages', name)
}

function compile(all: readonly Snippet[]): string[] {
  const files = new Map(all.map((snippet, index) => [findPlace(snippet, index), snippet]))
  const options = readOptions()
  const host = ts.createCompilerHost(options)
  const { directoryExists, fileExists, getSourceFile, readFile } = host
  const folders = [...files.keys()].map((name) => dirname(name))
  host.directoryExists = (name) => folders.includes(resolve(name)) || !!directoryExists?.(name)
  host.fileExists = (name) => files.has(resolve(name)) || fileExists(name)
  host.readFile = (name) => files.get(resolve(name))?.code ?? readFile(name)
  host.getSourceFile = (name, language, ...rest) => {
    const snippet = files.get(resolve(name))
    return snippet
      ? ts.createSourceFile(name, snippet.code, language)
      : getSourceFile(name, language, ...rest)
  }
  const program = ts.createProgram([...files.keys()], options, host)
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => describeProblem(diagnostic, files))
}

// What a README puts into files is one application, whose files import each other.
function findPlace({ folder, file, place, extension }: Snippet, index: number): string {
  if (file === undefined) return join(folder, `readme-snippet-${index}.${extension}`)
  const readme = place.replace(/ snippet \d+$/, '').replaceAll(/\W/g, '-')
  return join(folder, `application-of-${readme}`, file)
}

function describeProblem(
  { file, start = 0, messageText }: ts.Diagnostic,
  files: ReadonlyMap<string, Snippet>,
): string {
  const text = ts.flattenDiagnosticMessageText(messageText, '\n')
  if (!file) return text
  const { line } = file.getLineAndCharacterOfPosition(start)
  const place = files.get(resolve(file.fileName))?.place ?? relative(root, file.fileName)
  return `${place}, line ${line + 1}: ${text}`
}

function readOptions(): ts.CompilerOptions {
  const file = join(root, 'tsconfig.base.json')
  const { config } = ts.readConfigFile(file, ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [] }, ts.sys, root)
  // Snippets are read, not shipped: they need no declarations, and show values that they do not use.
  return {
    ...options,
    declaration: false,
    isolatedDeclarations: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    jsx: ts.JsxEmit.ReactJSX,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  }
}
