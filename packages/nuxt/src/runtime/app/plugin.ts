import type { Session } from '@trefoil/core'
import { createServerSessionStore } from '@trefoil/core/frontend'
import { defineNuxtPlugin, type NuxtApp, useRuntimeConfig, useState } from '#app'
import { joinPath } from '../paths'
import { createScope } from './auth-scope'

/**
 * Gives the page what the server knows, and takes it over in the browser. On a page that is shared
 * (prerendered, cached) the server knows nothing, so nothing of a session can get into it; the browser asks
 * once, when the page is there.
 */
export default defineNuxtPlugin({
  name: 'trefoil',
  enforce: 'pre',
  setup(nuxtApp) {
    const config = useRuntimeConfig()
    const basePath = joinPath(config.app.baseURL, config.public.trefoil.basePath)
    const state = useState('trefoil', () => readSession(nuxtApp))
    const store = createServerSessionStore({ session: state.value, basePath })
    const scope = createScope(store, basePath)
    // Not before: the first render must be what the server rendered.
    nuxtApp.hook('app:mounted', () => scope.follow())
    return { provide: { trefoil: scope } }
  },
})

function readSession({ ssrContext }: Pick<NuxtApp, 'ssrContext'>): Session | null | undefined {
  const auth = ssrContext?.event.context.auth
  return auth && !auth.isShared() ? auth.session : undefined
}
