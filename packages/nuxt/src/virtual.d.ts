// What the module generates for an app, and what it adds to Nuxt's own types, for this package's sources.
declare module '#trefoil/server-options' {
  import type { BackendOptions } from '@trefoil/core/backend'
  const options: (() => BackendOptions) | undefined
  export default options
}
