import { createFrontendApp } from '@trefoil/core/frontend'
import { defineNuxtPlugin, useRuntimeConfig } from '#app'
import { joinPath, withoutBase } from '../paths'
import { createScope } from './auth-scope'

/** Signs in by itself, and handles the redirect that comes back: the app of `ssr: false`. */
export default defineNuxtPlugin({
  name: 'trefoil',
  enforce: 'pre',
  setup(nuxtApp) {
    const { app: site, public: settings } = useRuntimeConfig()
    const {
      redirectUri = '/callback',
      postLoginPath = '/',
      ...options
    } = dropEmpty(settings.trefoil.frontend)
    const app = createFrontendApp({
      ...options,
      redirectUri: joinPath(site.baseURL, redirectUri),
      postLoginPath: joinPath(site.baseURL, postLoginPath),
      onReturn: (path) => void show(withoutBase(site.baseURL, path)),
    })
    const show = async (path: string): Promise<void> => {
      // The callback is a page as well, and must be there before another can take its place.
      await nuxtApp.$router.isReady()
      await nuxtApp.$router.replace(path)
    }
    const scope = createScope(app, null)
    scope.follow()
    void app.start()
    return { provide: { trefoil: scope } }
  },
})

// A key that the environment can set is there, and empty, when it does not.
function dropEmpty<Options extends object>(options: Options | undefined): Partial<Options> {
  const kept: Partial<Options> = { ...options }
  for (const name in kept) {
    if (isEmpty(kept[name])) delete kept[name]
  }
  return kept
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}
