import type { BackendOptions } from '@trefoil/core/backend'

/**
 * What only code can say about the session: stores, a machine application, a listener. All else belongs
 * to `nuxt.config` and the environment; what is given here wins.
 */
export type ServerOptions = BackendOptions

/**
 * Types `server/trefoil.ts`, whose default export the server reads at the first request. A function is
 * called then, so it can use `useStorage()` and the environment.
 *
 * @example
 * export default defineTrefoilOptions(() => ({
 *   session: { store: createUnstorageStore(useStorage('sessions')) },
 * }))
 */
export function defineTrefoilOptions(
  options: ServerOptions | (() => ServerOptions),
): () => ServerOptions {
  return typeof options === 'function' ? options : () => options
}
