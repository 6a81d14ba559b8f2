import {
  type Authentication,
  type BackendApp,
  type BackendOptions,
  createBackendApp,
} from '@trefoil/core/backend'

/**
 * What all bundles of one process share. Next puts the proxy, pages and route handlers into bundles of
 * their own, each with its own copy of every module; what one of them knows of a session (that it was
 * renewed a moment ago, or ended) the others must know.
 */
interface SharedState {
  /** By everything that their options say, tenant included. */
  readonly apps: Map<string, BackendApp>
  /** Who a request is from, by the object of its headers: it is forgotten with the request. */
  readonly requests: WeakMap<object, Map<BackendApp, Promise<Authentication>>>
}

const key: unique symbol = Symbol.for('@trefoil/next')
const mostApps = 1000

/** Gives the app of options: one a process, however many bundles ask for it; `name` is theirs. */
export function shareApp(options: BackendOptions, name: string = nameOptions(options)): BackendApp {
  const { apps } = shared()
  const app = apps.get(name) ?? createBackendApp(options)
  // A map iterates in the order of insertion: the app that was not asked for longest goes first.
  apps.delete(name)
  apps.set(name, app)
  if (apps.size > mostApps) apps.delete(apps.keys().next().value ?? name)
  return app
}

/** What is known of a request so far. */
export function knownOf(request: object): Map<BackendApp, Promise<Authentication>> {
  const { requests } = shared()
  const known = requests.get(request) ?? new Map<BackendApp, Promise<Authentication>>()
  requests.set(request, known)
  return known
}

function shared(): SharedState {
  const holder: { [key]?: SharedState } & object = globalThis
  return (holder[key] ??= { apps: new Map(), requests: new WeakMap() })
}

// Stores and functions are made anew in every bundle, so it counts whether they are there.
const opaque = ['store', 'denyList', 'machine']

/** Everything that options say, as a text. */
export function nameOptions(options: BackendOptions): string {
  return JSON.stringify(options, (name, value: unknown) =>
    opaque.includes(name) || typeof value === 'function' ? 'given' : value,
  )
}
