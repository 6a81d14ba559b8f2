import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findFreePorts, type Running, runToEnd, startServer } from './processes.ts'

/** A registry on loopback that takes our packages from anybody, and serves them alone. */
export interface Registry extends Running {
  readonly url: string
  /** The npm configuration with which nothing can go to another registry. */
  readonly userConfig: string
}

const home = fileURLToPath(new URL('../registry', import.meta.url))

/** Installs verdaccio if need be and starts it; its storage is in the folder. */
export async function startRegistry(folder: string): Promise<Registry> {
  mkdirSync(folder, { recursive: true })
  const install = ['pnpm', 'install', '--frozen-lockfile', '--ignore-scripts', '--silent']
  await runToEnd(install, { cwd: home })
  const [port = 0] = await findFreePorts(1)
  const url = `http://127.0.0.1:${port}/`
  const config = join(folder, 'config.yaml')
  writeFileSync(config, configuration)
  const program = join(home, 'node_modules/verdaccio/bin/verdaccio')
  const command = ['node', program, '--config', config, '--listen', url.slice(0, -1)]
  const { stop } = await startServer(command, { cwd: folder }, `${url}-/ping`)
  const userConfig = join(folder, 'npmrc')
  writeFileSync(userConfig, `registry=${url}\n//127.0.0.1:${port}/:_authToken=anybody\n`)
  return { url, userConfig, stop }
}

// Whoever can reach it may publish, which is this machine.
const configuration = `storage: ./storage
auth:
  htpasswd:
    file: ./htpasswd
    max_users: -1
uplinks: {}
packages:
  '**':
    access: $all
    publish: $all
web:
  enable: false
log: { type: stdout, format: pretty, level: error }
`
