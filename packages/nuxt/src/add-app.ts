import { addComponent, addImports, addPlugin, extendPages } from '@nuxt/kit'
import type { Flow, ModuleOptions } from './module-options'

const composables = [
  'useAuth',
  'useUser',
  'useOrganization',
  'usePermission',
  'useFlag',
  'useAccessToken',
]
const conditions = ['SignedIn', 'SignedOut', 'Protect']
const links = [
  'LoginLink',
  'RegisterLink',
  'LogoutLink',
  'SwitchOrganizationLink',
  'CreateOrganizationLink',
  'PortalLink',
]

/** Adds composables, components and the state behind them. */
export function addApp(
  flow: Flow,
  { callbackPath = '/callback' }: ModuleOptions,
  resolve: (path: string) => string,
): void {
  if (flow === 'backend') {
    addPlugin({ src: resolve('app/plugin'), mode: 'all' })
  } else {
    addPlugin({ src: resolve('app/plugin.frontend.client'), mode: 'client' })
    extendPages((pages) => {
      const file = resolve('app/callback-page')
      pages.push({ name: 'trefoil-callback', path: callbackPath, file, meta: { auth: false } })
    })
  }
  addImports(composables.map((name) => ({ name, from: resolve('app/use-auth') })))
  for (const name of conditions) {
    addComponent({ name, export: name, filePath: resolve('app/conditions') })
  }
  for (const name of links) addComponent({ name, export: name, filePath: resolve('app/links') })
}
