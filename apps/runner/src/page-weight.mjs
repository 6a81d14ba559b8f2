import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'

/** @typedef {import('rolldown').OutputChunk} Chunk */

/**
 * Bundles a page as Vite bundles an application: for browsers and minified, what the page needs at once
 * in one file, what it may load later in others.
 * @param {object} page
 * @param {string} page.code what it uses, such as `export { useAuth } from '@trefoil/react'`
 * @param {string} page.folder where that is looked up
 * @param {RegExp} [page.external] what is not counted; React, unless it is said
 * @returns {Promise<Chunk[]>}
 */
export async function bundlePage({ code, folder, external = /^react(-dom)?($|\/)/ }) {
  const id = join(folder, 'page.js')
  const build = await rolldown({
    input: id,
    platform: 'browser',
    external,
    logLevel: 'silent',
    // The page is an application's: nobody imports it, so it may export what its parts share.
    preserveEntrySignatures: 'allow-extension',
    plugins: [
      {
        name: 'page',
        resolveId: (source) => (source === id ? id : null),
        load: (source) => (source === id ? code : null),
      },
    ],
  })
  const { output } = await build.generate({ format: 'esm', minify: true })
  await build.close()
  const chunks = output.filter((part) => part.type === 'chunk')
  assertComplete(chunks, external)
  return chunks
}

/**
 * What the page loads at once: its own file and what that imports.
 * @param {readonly Chunk[]} chunks
 * @returns {Chunk[]}
 */
export function findFirst(chunks) {
  const found = new Set(chunks.filter((chunk) => chunk.isEntry))
  for (const { imports } of found) {
    for (const chunk of chunks.filter(({ fileName }) => imports.includes(fileName)))
      found.add(chunk)
  }
  return [...found]
}

/**
 * Bytes, each file gzipped by itself, as a server sends them.
 * @param {readonly Chunk[]} chunks
 */
export function weigh(chunks) {
  return chunks.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0)
}

/**
 * A package that is not built, or not installed, would weigh nothing.
 * @param {readonly Chunk[]} chunks
 * @param {RegExp} external
 */
function assertComplete(chunks, external) {
  const files = new Set(chunks.map(({ fileName }) => fileName))
  const missing = chunks
    .flatMap(({ imports }) => imports)
    .find((name) => !files.has(name) && !external.test(name))
  if (missing !== undefined) throw new Error(`${missing} is not there: is it built?`)
}
