import { readFileSync, readdirSync } from 'node:fs'
import { extname, join, sep } from 'node:path'

/** A file of the build, held in memory: there are few, and none changes while the server runs. */
export interface StaticFile {
  readonly body: Buffer
  readonly type: string
  readonly cacheControl: string
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Reads a folder, by the paths at which its files are served. */
export function readStaticFiles(folder: string): Map<string, StaticFile> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const file = join(entry.parentPath, entry.name)
        const path = file.slice(folder.length).split(sep).join('/')
        return [path.startsWith('/') ? path : `/${path}`, readStaticFile(file, path)]
      }),
  )
}

function readStaticFile(file: string, path: string): StaticFile {
  // The build puts a hash of the content into the names of what it makes.
  const isHashed = /^\/?assets\//.test(path)
  return {
    body: readFileSync(file),
    type: types[extname(file)] ?? 'application/octet-stream',
    cacheControl: isHashed ? 'public, max-age=31536000, immutable' : 'public, max-age=3600',
  }
}
