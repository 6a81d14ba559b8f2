import { useNuxtApp } from '#app'
import type { AuthScope } from './auth-scope'

/** The scope of this app. Throws outside of a component, a plugin or a middleware, as Nuxt does. */
export function useScope(): AuthScope {
  return useNuxtApp().$trefoil
}
