import { existsSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Where the peers are installed: outside the workspace, so that a fresh clone does without them. */
export const peers: URL = new URL('../../peers/', import.meta.url)

/**
 * Loads a module of a peer. A fresh clone has no peers, so their types cannot be imported: each
 * contender says what it uses of them, and running it shows whether that is so.
 */
export async function loadPeer<Module>(name: string): Promise<Module> {
  const { load } = await import(new URL('load.mjs', peers).href)
  return load(name)
}

/** Installs the peers when they are not there. */
export function installPeers(): void {
  if (existsSync(new URL('node_modules/.modules.yaml', peers))) return
  console.error('Installing the peers (once) …')
  const { status } = spawnSync('pnpm', ['install', '--frozen-lockfile', '--ignore-scripts'], {
    cwd: fileURLToPath(peers),
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Error('The peers cannot be installed.')
}
