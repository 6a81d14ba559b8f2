import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What runs a demo is registered at the authorization server as; an API is not an application. */
export type ApplicationKind = 'backend' | 'frontend' | 'machine' | 'api'

/** A demo that a project can start from. */
export interface Demo {
  /** What `--framework` says. */
  readonly name: string
  readonly title: string
  readonly about: string
  readonly kind: ApplicationKind
  /** The script that runs it while it is worked on. */
  readonly script: 'dev' | 'start'
  /** The first callback URL to register; absent where nobody signs in. */
  readonly callbackUrl?: string | undefined
  readonly logoutUrl?: string | undefined
  /** The versions of Node that it runs on, as in `engines`. */
  readonly node: string
  /** Whether a page of it shows what the API demo answers. */
  readonly callsApi: boolean
  /** What the local issuer knows the demo by: client ids and secrets that open nothing else. */
  readonly localEnvironment: Readonly<Record<string, string>>
}

/**
 * Files of a project under the names that they have in this package: npm leaves out what begins with a
 * dot, and pnpm adds no LICENSE to a package that has one anywhere.
 */
export const packedNames: Readonly<Record<string, string>> = {
  '.gitignore': '_gitignore',
  '.npmrc': '_npmrc',
  LICENSE: '_copying',
}

/** Where the demos are in this package. */
export const demosFolder: string = fileURLToPath(new URL('../dist/demos', import.meta.url))

/** Every demo that this version brings, in the order in which they are offered. */
export function listDemos(folder: string = demosFolder): Demo[] {
  return JSON.parse(readFileSync(`${folder}/demos.json`, 'utf8'))
}
