// What the module generates for an app.
declare module '#trefoil/server-options' {
  import type { BackendOptions } from '@trefoil/core/backend'
  const options: (() => BackendOptions) | undefined
  export default options
}

declare module '#trefoil/guarded-pages' {
  const patterns: { readonly guarded: readonly string[]; readonly open: readonly string[] }
  export default patterns
}

declare module '#trefoil/page-needs' {
  const needs: readonly { readonly path: string; readonly needs: readonly unknown[] }[]
  export default needs
}
