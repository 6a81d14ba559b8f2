import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { beforeAll, describe, expect, it } from 'vitest'
import manifest from '../package.json' with { type: 'json' }

const entries = ['.', './backend', './frontend', './machine', './bearer'] as const
const paths = entries.map((entry) =>
  fileURLToPath(new URL(`../${manifest.exports[entry].types}`, import.meta.url)),
)

describe('the public types, as built', () => {
  let program: ts.Program
  let checker: ts.TypeChecker
  beforeAll(() => {
    const missing = paths.filter((path) => !existsSync(path))
    if (missing.length > 0) {
      throw new Error(`Nothing is built: run "pnpm --filter @trefoil/core build" first.`)
    }
    program = ts.createProgram(paths, { noLib: true, module: ts.ModuleKind.Preserve })
    checker = program.getTypeChecker()
  })

  it('hold no any', () => {
    const found: string[] = []
    const visit = (node: ts.Node): void => {
      if (node.kind === ts.SyntaxKind.AnyKeyword) {
        found.push(`${node.getSourceFile().fileName}: ${node.parent.getText()}`)
      }
      ts.forEachChild(node, visit)
    }
    const own = program.getSourceFiles().filter(({ fileName }) => fileName.includes('/core/dist/'))
    expect(own.length).toBeGreaterThan(entries.length)
    for (const file of own) visit(file)
    expect(found).toEqual([])
  })

  it.each(entries)('%s documents every name', (entry) => {
    const file = program.getSourceFile(paths[entries.indexOf(entry)] ?? '')
    const module = file && checker.getSymbolAtLocation(file)
    const names = module ? checker.getExportsOfModule(module) : []
    expect(names.length).toBeGreaterThan(3)
    const silent = names.filter((name) => {
      const isAlias = (name.flags & ts.SymbolFlags.Alias) !== 0
      const target = isAlias ? checker.getAliasedSymbol(name) : name
      return target.getDocumentationComment(checker).length === 0
    })
    expect(silent.map(({ name }) => name)).toEqual([])
  })
})
