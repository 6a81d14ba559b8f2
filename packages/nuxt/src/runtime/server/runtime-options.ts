import type { BackendOptions, SessionOptions } from '@trefoil/core/backend'

/** The options of a back-end app that a configuration file and the environment can give. */
export type RuntimeOptions = Omit<BackendOptions, 'session'> & {
  session?: Omit<SessionOptions, 'store' | 'denyList'> & { storage?: string }
}

// What an environment variable NUXT_TREFOIL_* may have made a number of.
const texts = [
  'preset',
  'issuer',
  'clientId',
  'clientSecret',
  'clientAuthentication',
  'siteUrl',
  'secret',
  'name',
  'basePath',
  'callbackPath',
  'audience',
  'scope',
  'postLoginRedirectUrl',
  'postLogoutRedirectUrl',
  'cookieDomain',
]
const lists = ['allowedOrigins', 'apiOrigins', 'algorithms']

/**
 * Makes the core's options of `runtimeConfig.trefoil`: what is empty is not set, and a list may be a text
 * with blanks or commas between.
 */
export function readRuntimeOptions(config: object = {}): RuntimeOptions {
  const entries = Object.entries(config).flatMap(([name, value]: [string, unknown]) => {
    if (isEmpty(value)) return []
    if (name === 'session') return [[name, dropEmpty(value)]]
    return [[name, readValue(name, value)]]
  })
  return Object.fromEntries(entries)
}

function readValue(name: string, value: unknown): unknown {
  if (texts.includes(name) && typeof value === 'number') return String(value)
  if (lists.includes(name) && typeof value === 'string')
    return value.split(/[\s,]+/).filter(Boolean)
  return value
}

function dropEmpty(value: unknown): object {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
  return Object.fromEntries(entries.filter(([, each]) => !isEmpty(each)))
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}
