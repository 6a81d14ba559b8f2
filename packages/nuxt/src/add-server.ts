import { addServerImports, addServerPlugin, addServerTemplate, findPath } from '@nuxt/kit'
import type { Nuxt } from '@nuxt/schema'
import { join } from 'node:path'
import { findGuardedPages, type PagePatterns } from './guarded-pages'
import type { ModuleOptions } from './module-options'

/** Adds the routes, `event.context.auth` and the guards of a server that holds sessions. */
export async function addServer(
  options: ModuleOptions,
  resolve: (path: string) => string,
  nuxt: Nuxt,
): Promise<void> {
  addFirstMiddleware(resolve('server/first'), nuxt)
  addServerPlugin(resolve('server/plugin'))
  addServerImports([
    ...['getAuthSession', 'requireAuth', 'getAccessToken'].map((name) => ({
      name,
      from: resolve('server/session'),
    })),
    { name: 'defineTrefoilOptions', from: resolve('server/server-options') },
    ...['createMemoryStore', 'createUnstorageStore'].map((name) => ({
      name,
      from: '@trefoil/core',
    })),
    { name: 'createMachineApp', from: '@trefoil/core/machine' },
  ])
  addGuardedPages(options.protect ?? false, nuxt)
}

/** Adds `requireBearer`, which an API needs with either flow, and how refusals are answered. */
export function addVerifier(resolve: (path: string) => string, nuxt: Nuxt): void {
  addServerImports([{ name: 'requireBearer', from: resolve('server/bearer') }])
  addOwnOptions(nuxt)
  nuxt.hook('nitro:init', (nitro) => {
    const others = [nitro.options.errorHandler ?? []].flat()
    nitro.options.errorHandler = [resolve('server/error-handler'), ...others]
  })
}

// Nitro runs what it finds in folders before what modules add, so ours is found in a folder too, the first:
// the middleware of an app can read `event.context.auth`. Prerendering has a Nitro of its own.
function addFirstMiddleware(folder: string, nuxt: Nuxt): void {
  nuxt.hook('nitro:init', (nitro) => {
    nitro.options.scanDirs.unshift(folder)
    nitro.hooks.hook('prerender:init', (prerenderer) => {
      prerenderer.options.scanDirs.unshift(folder)
    })
  })
}

function addOwnOptions(nuxt: Nuxt): void {
  addServerTemplate({
    filename: '#trefoil/server-options',
    getContents: () => 'export default undefined',
  })
  nuxt.hook('nitro:config', async (nitro) => {
    const own = await findPath(join(nuxt.options.serverDir, 'trefoil'))
    if (own === null) return
    nitro.virtual ??= {}
    nitro.virtual['#trefoil/server-options'] = `export { default } from ${JSON.stringify(own)}`
  })
}

function addGuardedPages(isProtected: boolean, nuxt: Nuxt): void {
  const { experimental } = nuxt.options
  experimental.extraPageMetaExtractionKeys = [...experimental.extraPageMetaExtractionKeys, 'auth']
  let patterns: PagePatterns = { guarded: [], open: [] }
  nuxt.hook('pages:resolved', (pages) => {
    patterns = findGuardedPages(pages, isProtected)
  })
  addServerTemplate({
    filename: '#trefoil/guarded-pages',
    getContents: () => `export default ${JSON.stringify(patterns)}`,
  })
}
