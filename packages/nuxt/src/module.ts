import {
  addComponent,
  addImports,
  addPlugin,
  addRouteMiddleware,
  addServerHandler,
  addServerImports,
  addServerPlugin,
  addServerTemplate,
  addTypeTemplate,
  createResolver,
  defineNuxtModule,
  findPath,
  type Resolver,
} from '@nuxt/kit'
import type { Nuxt, NuxtModule } from '@nuxt/schema'
import { assertModuleOptions, emptyRuntimeConfig, type ModuleOptions } from './module-options'

export type { ModuleOptions } from './module-options'

/**
 * Sign-in, sessions and guards for Nuxt. It adds the routes under `/auth`, `event.context.auth` and guards
 * on the server, and `useAuth`, components and page meta in the app.
 *
 * The setup throws `ConfigurationError` naming every option that is unknown or wrong; what is missing in the
 * environment is told at the first request.
 *
 * @example
 * export default defineNuxtConfig({ modules: ['@trefoil/nuxt'] })
 */
const module: NuxtModule<ModuleOptions, ModuleOptions, false> = defineNuxtModule<ModuleOptions>({
  meta: {
    name: '@trefoil/nuxt',
    configKey: 'trefoil',
    compatibility: { nuxt: '^3.17.0 || ^4.0.0' },
  },
  defaults: {},
  async setup(options, nuxt) {
    assertModuleOptions(options)
    const resolver = createResolver(import.meta.url)
    addRuntimeConfig(options, nuxt)
    await addServer(resolver, nuxt)
    addApp(resolver)
    nuxt.options.build.transpile.push(resolver.resolve('./runtime'))
  },
})

export default module

function addRuntimeConfig({ protect, ...options }: ModuleOptions, nuxt: Nuxt): void {
  const { runtimeConfig } = nuxt.options
  const own: unknown = runtimeConfig['trefoil']
  const session = { ...Object(emptyRuntimeConfig['session']), ...options.session }
  runtimeConfig['trefoil'] = { ...emptyRuntimeConfig, ...options, session, ...Object(own) }
  runtimeConfig.public['trefoil'] = {
    basePath: options.basePath ?? '/auth',
    protect: protect ?? false,
  }
}

async function addServer({ resolve }: Resolver, nuxt: Nuxt): Promise<void> {
  addServerHandler({ middleware: true, handler: resolve('./runtime/server/middleware') })
  addServerPlugin(resolve('./runtime/server/plugin'))
  addServerImports([
    ...['getAuthSession', 'requireAuth', 'getAccessToken'].map((name) => ({
      name,
      from: resolve('./runtime/server/session'),
    })),
    { name: 'requireBearer', from: resolve('./runtime/server/bearer') },
    { name: 'defineTrefoilOptions', from: resolve('./runtime/server/server-options') },
    ...['createMemoryStore', 'createUnstorageStore'].map((name) => ({
      name,
      from: '@trefoil/core',
    })),
    { name: 'createMachineApp', from: '@trefoil/core/machine' },
  ])
  const own = await findPath(resolve(nuxt.options.serverDir, 'trefoil'))
  addServerTemplate({
    filename: '#trefoil/server-options',
    getContents: () =>
      own === null ? 'export default undefined' : `export { default } from ${JSON.stringify(own)}`,
  })
  nuxt.hook('nitro:init', (nitro) => {
    const others = [nitro.options.errorHandler ?? []].flat()
    nitro.options.errorHandler = [resolve('./runtime/server/error-handler'), ...others]
  })
}

function addApp({ resolve }: Resolver): void {
  addPlugin({ src: resolve('./runtime/app/plugin.server'), mode: 'server' })
  addPlugin({ src: resolve('./runtime/app/plugin.client'), mode: 'client' })
  addRouteMiddleware([
    { name: 'trefoil', path: resolve('./runtime/app/middleware/auth.global'), global: true },
    { name: 'auth', path: resolve('./runtime/app/middleware/auth') },
  ])
  const from = resolve('./runtime/app/use-auth')
  addImports(
    ['useAuth', 'useUser', 'useOrganization', 'usePermission', 'useFlag', 'useAccessToken'].map(
      (name) => ({ name, from }),
    ),
  )
  addComponents(resolve('./runtime/app/conditions'), ['SignedIn', 'SignedOut', 'Protect'])
  addComponents(resolve('./runtime/app/links'), [
    'LoginLink',
    'RegisterLink',
    'LogoutLink',
    'SwitchOrganizationLink',
    'CreateOrganizationLink',
    'PortalLink',
  ])
  addTypeTemplate(
    {
      filename: 'types/trefoil.d.ts',
      getContents: () => `import ${JSON.stringify(resolve('./runtime/types'))}\nexport {}\n`,
    },
    { nuxt: true, nitro: true, node: true },
  )
}

function addComponents(filePath: string, names: readonly string[]): void {
  for (const name of names) addComponent({ name, export: name, filePath })
}
