import { sep } from 'node:path'
import ts from 'typescript'

/**
 * An entry point of a package.
 * @typedef {object} Entry
 * @property {string} entry as users write it
 * @property {string} declarations its `.d.ts`
 * @property {string} folder of the package
 */

/**
 * Writes down what an entry point exports: each name with its docstring and declaration, and then what
 * is not exported but stands in those declarations, for a change of it is a change of the surface.
 * @param {ts.Program} program
 * @param {Entry} of
 * @param {readonly Entry[]} all the entry points that the program has
 * @returns {{ text: string, undocumented: string[] }}
 */
export function describeEntry(program, of, all) {
  const checker = program.getTypeChecker()
  const exported = listExports(program, of)
  const ours = exported.filter(({ symbol }) => isOf(of.folder, symbol))
  const others = exported.filter((one) => !ours.includes(one))
  const { hidden, elsewhere } = findReferences(checker, ours, mapSiblings(program, of, all), of)
  const parts = [
    `# \`${of.entry}\``,
    'What this entry point offers. Written by `pnpm api-report` from the build; a test compares the two.',
    ...ours.map(({ name, symbol }) => section(name, symbol)),
    ...list(
      'From other packages',
      others.map(({ name, symbol }) => line(name, findPackage(symbol))),
    ),
    ...list('From other entry points, as part of it', elsewhere),
    ...(hidden.length > 0 ? ['# Not exported, but part of it'] : []),
    ...hidden.map((symbol) => section(symbol.name, symbol)),
  ]
  return {
    text: `${parts.join('\n\n')}\n`,
    undocumented: ours
      .filter(({ symbol }) => symbol.getDocumentationComment(checker).length === 0)
      .map(({ name }) => name),
  }
}

/**
 * @param {ts.Program} program
 * @param {Entry} of
 */
function listExports(program, { entry, declarations }) {
  const checker = program.getTypeChecker()
  const file = program.getSourceFile(declarations)
  const module = file && checker.getSymbolAtLocation(file)
  if (!module) throw new Error(`${entry}: ${declarations} exports nothing. Is it built?`)
  return checker
    .getExportsOfModule(module)
    .map((symbol) => ({ name: symbol.name, symbol: resolveAlias(checker, symbol) }))
    .sort((one, other) => compare(one.name, other.name))
}

/**
 * What the other entry points of a package export.
 * @param {ts.Program} program
 * @param {Entry} of
 * @param {readonly Entry[]} all
 * @returns {Map<ts.Symbol, string>}
 */
function mapSiblings(program, of, all) {
  // The first that exports it is named.
  const siblings = all.filter((other) => other.folder === of.folder && other !== of).toReversed()
  return new Map(
    siblings.flatMap((sibling) =>
      listExports(program, sibling).map(
        ({ symbol }) => /** @type {const} */ ([symbol, sibling.entry]),
      ),
    ),
  )
}

/**
 * @param {string} title
 * @param {readonly string[]} lines
 */
function list(title, lines) {
  return lines.length > 0 ? [`# ${title}`, lines.join('\n')] : []
}

/**
 * @param {string} name
 * @param {string} from
 */
function line(name, from) {
  return `- \`${plain(name)}\` from \`${from}\``
}

/**
 * @param {string} name
 * @param {ts.Symbol} symbol
 */
function section(name, symbol) {
  const code = findDeclarations(symbol).map(print).join('\n')
  return `## ${plain(name)}\n\n\`\`\`ts\n${code}\n\`\`\``
}

/** @param {ts.Symbol} symbol */
function findPackage(symbol) {
  const file = findDeclarations(symbol)[0]?.getSourceFile().fileName ?? ''
  const inModules = /.*\/node_modules\/(?:@types\/)?((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]
  const inRepository = /\/packages\/([^/]+)\//.exec(file)?.[1]
  return inModules ?? (inRepository === undefined ? file : `@trefoil/${inRepository}`)
}

/**
 * What the declarations of exports refer to, and what those refer to in turn.
 * @param {ts.TypeChecker} checker
 * @param {readonly { symbol: ts.Symbol }[]} exported
 * @param {ReadonlyMap<ts.Symbol, string>} siblings
 * @param {Entry} of
 */
function findReferences(checker, exported, siblings, { folder }) {
  const queue = exported.map(({ symbol }) => symbol)
  const seen = new Set(queue)
  /** @type {ts.Symbol[]} */
  const hidden = []
  /** @type {string[]} */
  const elsewhere = []
  for (const symbol of queue) {
    for (const found of findDeclarations(symbol).flatMap((node) => listReferences(checker, node))) {
      if (seen.has(found) || !isOf(folder, found)) continue
      seen.add(found)
      const sibling = siblings.get(found)
      if (sibling !== undefined) {
        elsewhere.push(line(found.name, sibling))
      } else {
        queue.push(found)
        hidden.push(found)
      }
    }
  }
  return {
    hidden: hidden.sort((one, other) => compare(one.name, other.name)),
    elsewhere: elsewhere.sort(compare),
  }
}

/**
 * @param {ts.TypeChecker} checker
 * @param {ts.Node} node
 * @returns {ts.Symbol[]}
 */
function listReferences(checker, node) {
  /** @type {ts.Symbol[]} */
  const found = []
  const visit = (/** @type {ts.Node} */ inner) => {
    const name = readReference(inner)
    const symbol = name && checker.getSymbolAtLocation(name)
    if (symbol) found.push(resolveAlias(checker, symbol))
    ts.forEachChild(inner, visit)
  }
  ts.forEachChild(node, visit)
  return found.filter((symbol) =>
    findDeclarations(symbol).some((declaration) => isTopLevel(declaration)),
  )
}

/** @param {ts.Node} node */
function readReference(node) {
  if (ts.isTypeReferenceNode(node)) return node.typeName
  if (ts.isExpressionWithTypeArguments(node)) return node.expression
  if (ts.isTypeQueryNode(node)) return node.exprName
  return undefined
}

/** @param {ts.Declaration} node */
function isTopLevel(node) {
  return ts.isSourceFile(findStatement(node).parent)
}

/**
 * @param {ts.TypeChecker} checker
 * @param {ts.Symbol} symbol
 */
function resolveAlias(checker, symbol) {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}

/** @param {ts.Symbol} symbol */
function findDeclarations(symbol) {
  return symbol.declarations ?? []
}

/**
 * A variable is declared by a whole statement.
 * @param {ts.Node} node
 * @returns {ts.Node}
 */
function findStatement(node) {
  return ts.isVariableDeclaration(node) ? node.parent.parent : node
}

/**
 * The declaration as the build wrote it, its docstring included.
 * @param {ts.Declaration} declaration
 */
function print(declaration) {
  const statement = findStatement(declaration)
  const file = statement.getSourceFile()
  const [docs] = ts.getJSDocCommentsAndTags(statement).filter(ts.isJSDoc).slice(-1)
  const from = docs ? docs.getStart(file) : statement.getStart(file)
  return plain(
    file.text
      .slice(from, statement.end)
      .replaceAll('\r\n', '\n')
      // Where a declaration stands, in a chunk or in the entry, is the bundler's business.
      .replace(
        /^(?:export )?(?:declare )?(?=(?:abstract )?(?:interface|type|class|const|function|enum)\b)/m,
        '',
      ),
  )
}

/**
 * Says whether a package declares a symbol.
 * @param {string} folder of the package
 * @param {ts.Symbol} symbol
 */
function isOf(folder, symbol) {
  const prefix = `${folder.replaceAll(sep, '/')}/`
  return findDeclarations(symbol).some((node) => node.getSourceFile().fileName.startsWith(prefix))
}

/**
 * @param {string} one
 * @param {string} other
 */
function compare(one, other) {
  return one < other ? -1 : Number(one > other)
}

/**
 * Without the number that a bundler gives to a name that it meets twice.
 * @param {string} text
 */
function plain(text) {
  return text.replaceAll(/\b([A-Za-z]\w*)\$\d+\b/g, '$1')
}
