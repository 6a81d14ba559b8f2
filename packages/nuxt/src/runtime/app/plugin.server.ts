import type { Session } from '@trefoil/core'
import { createServerSessionStore } from '@trefoil/core/frontend'
import { defineNuxtPlugin, useRuntimeConfig, useState } from '#app'
import { joinPath } from '../paths'
import { createScope } from './auth-scope'

/**
 * Gives the page what the server knows. On a page that is shared (prerendered, cached) it knows nothing, so
 * nothing of a session can get into it; the browser asks then.
 */
export default defineNuxtPlugin({
  name: 'trefoil',
  enforce: 'pre',
  setup(nuxtApp) {
    const config = useRuntimeConfig()
    const basePath = joinPath(config.app.baseURL, config.public.trefoil.basePath)
    const state = useState<Session | null | undefined>('trefoil', () => undefined)
    const auth = nuxtApp.ssrContext?.event.context.auth
    if (auth && !auth.isShared) state.value = auth.session
    const store = createServerSessionStore({ session: state.value, basePath })
    return { provide: { trefoil: createScope(store, basePath) } }
  },
})
