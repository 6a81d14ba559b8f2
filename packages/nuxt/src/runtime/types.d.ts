import type { SetCookie } from '@trefoil/core'
import type { AuthScope } from './app/auth-scope'
import type { PageAuth } from './page-auth'
import type { EventAuth } from './server/event-auth'
import type { PublicSettings } from './public-settings'

declare module '#app' {
  interface NuxtApp {
    $trefoil: AuthScope
  }
  interface PageMeta {
    /** Who may see the page: signed-in users, those who meet a requirement, or with `false` everybody. */
    auth?: PageAuth
  }
}

declare module 'vue-router' {
  interface RouteMeta {
    auth?: PageAuth
  }
}

declare module 'h3' {
  interface H3EventContext {
    /** Who the request is from; set by @trefoil/nuxt. */
    auth: EventAuth
    /** Of Nuxt: what it does with the request. */
    nuxt?: { noSSR?: boolean }
    /** Of @trefoil/nuxt: a session was read for this answer. */
    trefoilTouched?: boolean
    /** Of @trefoil/nuxt: cookies that must go out with this answer. */
    trefoilCookies?: readonly SetCookie[]
  }
}

declare module 'nuxt/schema' {
  interface PublicRuntimeConfig {
    trefoil: PublicSettings
  }
  interface RuntimeConfig {
    trefoil: Record<string, unknown>
  }
}
