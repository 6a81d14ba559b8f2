import { addRouteMiddleware, addTypeTemplate, createResolver, defineNuxtModule } from '@nuxt/kit'
import type { NuxtModule } from '@nuxt/schema'
import { addApp } from './add-app'
import { addServer, addVerifier } from './add-server'
import { assertRelease } from './assert-release'
import { addDevtools } from './devtools'
import { assertModuleOptions, type ModuleOptions, readFlow } from './module-options'
import { addPrivateConfig, addPublicConfig } from './runtime-config'

export type { ModuleOptions } from './module-options'
export type { EventAuth } from './runtime/server/event-auth'
export type { AuthActions } from '@trefoil/core/frontend'
export type { Auth } from './runtime/app/use-auth'
export type { PageAuth } from './runtime/page-auth'
// What an application names besides. The star is for `Keys`: TypeScript lets an application declare its
// keys only in a module that passes them on with a star.
export * from '@trefoil/core'

/**
 * Sign-in, sessions and guards for Nuxt. It adds the routes under `/auth`, `event.context.auth` and guards
 * on the server, and `useAuth`, components and page meta in the app. With `ssr: false` the app signs in by
 * itself, with PKCE.
 *
 * The setup throws `ConfigurationError` naming every option that is unknown or wrong, and for a release of Nuxt
 * that is too old; what is missing in the environment is told at the first request.
 *
 * @example
 * export default defineNuxtConfig({ modules: ['@trefoil/nuxt'] })
 */
const trefoil: NuxtModule<ModuleOptions> = defineNuxtModule<ModuleOptions>({
  meta: {
    name: '@trefoil/nuxt',
    configKey: 'trefoil',
  },
  async setup(options, nuxt) {
    await assertRelease(nuxt)
    const flow = readFlow(options, nuxt.options.ssr)
    assertModuleOptions(options, flow, nuxt.options.ssr)
    const resolver = createResolver(import.meta.url)
    const resolve = (path: string): string => resolver.resolve('./runtime', path)
    nuxt.options.build.transpile.push(resolve('.'))
    addPublicConfig(options, flow, nuxt)
    if (flow === 'backend') {
      addPrivateConfig(options, nuxt)
      await addServer(options, resolve, nuxt)
      addDevtools(resolve, nuxt)
    }
    addVerifier(resolve, nuxt)
    addApp(flow, options, resolve)
    addRouteMiddleware([
      { name: 'trefoil', path: resolve('app/middleware/auth.global'), global: true },
      { name: 'auth', path: resolve('app/middleware/auth') },
    ])
    addTypeTemplate(
      {
        filename: 'types/trefoil.d.ts',
        getContents: () => `import ${JSON.stringify(resolve('types'))}\nexport {}\n`,
      },
      { nuxt: true, nitro: true, node: true },
    )
  },
})

export default trefoil
