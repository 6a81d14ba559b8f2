import type { Session } from '@trefoil/core'
import { createServerSessionStore } from '@trefoil/core/frontend'
import { defineNuxtPlugin, useRuntimeConfig, useState } from '#app'
import { joinPath } from '../paths'
import { createScope } from './auth-scope'

/** Takes over what the server knew; what it did not know is asked for once, when the page is there. */
export default defineNuxtPlugin({
  name: 'trefoil',
  enforce: 'pre',
  setup(nuxtApp) {
    const config = useRuntimeConfig()
    const basePath = joinPath(config.app.baseURL, config.public.trefoil.basePath)
    const state = useState<Session | null | undefined>('trefoil', () => undefined)
    const store = createServerSessionStore({ session: state.value, basePath })
    const scope = createScope(store, basePath)
    // Not before: the first render must be what the server rendered.
    nuxtApp.hook('app:mounted', () => scope.follow())
    return { provide: { trefoil: scope } }
  },
})
