import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Application, Seed } from '../../../packages/issuer/src/seed.ts'
import { audience } from './api-calls.ts'
import type { Consumer } from './consumers.ts'
import { installPackages } from './install.ts'
import type { PackageSource } from './package-source.ts'
import { findFreePorts, type Running, runToEnd, startServer } from './processes.ts'

/** A consumer with the port and the application that are its own. */
export interface Site {
  readonly consumer: Consumer
  readonly port: number
  readonly url: string
  readonly application: Application
}

/** The local issuer, installed as a user would, with an application for each consumer. */
export interface LocalIssuer extends Running {
  readonly url: string
  readonly sites: readonly Site[]
}

/** Installs the issuer in a folder and starts it. */
export async function startIssuer(
  folder: string,
  source: PackageSource,
  chosen: readonly Consumer[],
): Promise<LocalIssuer> {
  mkdirSync(folder)
  const manifest = { name: 'issuer', private: true, dependencies: { '@trefoil/issuer': 'latest' } }
  await installPackages(folder, source, manifest)
  const [port = 0, ...ports] = await findFreePorts(chosen.length + 1)
  const sites = chosen.map((consumer, index) => describe(consumer, ports[index] ?? 0))
  const program = join(folder, 'node_modules/@trefoil/issuer/dist/cli.js')
  const seed: Seed = JSON.parse(await runToEnd(['node', program, '--print-seed'], { cwd: folder }))
  const seedFile = join(folder, 'seed.json')
  seed.applications.push(...sites.map(({ application }) => application))
  writeFileSync(seedFile, JSON.stringify(seed))
  const url = `http://localhost:${port}`
  const command = ['node', program, '--port', String(port), '--seed', seedFile]
  const { stop } = await startServer(command, { cwd: folder }, url)
  return { url, sites, stop }
}

/** What the demos ask a token for. */
const reports = { audience, scopes: ['read:reports'] }

function describe(consumer: Consumer, port: number): Site {
  const url = `http://localhost:${port}`
  const { name, kind, callbackPath = '/auth/callback' } = consumer
  const isMachine = kind === 'machine'
  const application: Application = {
    id: name,
    name,
    kind,
    ...(kind !== 'frontend' && { secret: `localUseOnlySecretOf-${name}` }),
    callbackUrls: isMachine ? [] : [`${url}${callbackPath}`],
    logoutUrls: isMachine ? [] : [url, `${url}/`],
    apis: isMachine ? [{ audience: 'management', scopes: ['read:users'] }] : [reports],
  }
  return { consumer, port, url, application }
}
