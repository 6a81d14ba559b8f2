import {
  AccessDeniedError,
  assertRequirement,
  decide,
  type Requirement,
  type TrefoilError,
} from '@trefoil/core'
import type { AuthSnapshot } from '@trefoil/core/frontend'
import type { RouteLocationNormalized } from 'vue-router'
import {
  abortNavigation,
  createError,
  defineNuxtRouteMiddleware,
  navigateTo,
  type NuxtError,
  type RouteMiddleware,
  useNuxtApp,
  useRequestEvent,
  useRuntimeConfig,
} from '#app'
import { joinPath } from '../paths'

type Answer = Awaited<ReturnType<RouteMiddleware>>

/** Guards every page whose meta says so; with the option `protect` those as well that say nothing. */
export const guardPages: ReturnType<typeof defineNuxtRouteMiddleware> = defineNuxtRouteMiddleware(
  (to) => {
    const needs = readNeeds(to, useRuntimeConfig().public.trefoil.protect)
    return needs.length === 0 ? undefined : guard(to, needs)
  },
)

/** The named middleware `auth`: guards a page that says nothing by itself like one that says `true`. */
export const guardPage: ReturnType<typeof defineNuxtRouteMiddleware> = defineNuxtRouteMiddleware(
  (to) => guard(to, readNeeds(to, true)),
)

/**
 * What the pages that a route is made of need, all of which must be met. `false` opens what nothing else
 * guards. Throws `configuration_invalid` for what is no requirement, which would otherwise guard nothing.
 */
export function readNeeds(to: RouteLocationNormalized, isProtected: boolean): Requirement[] {
  const said = to.matched.map(({ meta }) => meta.auth).filter((auth) => auth !== undefined)
  const needs = said.flatMap((auth) => readNeed(auth))
  const isUnknown = to.matched.length === 0
  return said.length === 0 && isProtected && !isUnknown ? [{}] : needs
}

function readNeed(auth: unknown): Requirement[] {
  if (auth === false) return []
  if (auth === true) return [{}]
  const requirement: Requirement = Object(auth) === auth ? { ...Object(auth) } : invalid(auth)
  assertRequirement(requirement)
  return [requirement]
}

function invalid(auth: unknown): never {
  throw createError({
    statusCode: 500,
    fatal: true,
    message: `definePageMeta({ auth }) must be true, false or a requirement such as { permissions: ['read:reports'] }, not ${String(auth)}.`,
  })
}

async function guard(to: RouteLocationNormalized, needs: readonly Requirement[]): Promise<Answer> {
  return import.meta.server ? guardOnServer(to, needs) : guardInBrowser(to, needs)
}

async function guardOnServer(
  to: RouteLocationNormalized,
  needs: readonly Requirement[],
): Promise<Answer> {
  const auth = useRequestEvent()?.context.auth
  if (!auth)
    throw new Error('A page needs a session, but the middleware of @trefoil/nuxt did not run.')
  const url = joinPath(useRuntimeConfig().app.baseURL, to.fullPath)
  for (const need of needs) {
    const refusal = auth.refuse(need, url)
    if (refusal?.location !== undefined) {
      const options = { external: true, redirectCode: refusal.status }
      return navigateTo(refusal.location, options)
    }
    if (refusal) return abortNavigation(describe(refusal.error, refusal.status))
  }
  return undefined
}

async function guardInBrowser(
  to: RouteLocationNormalized,
  needs: readonly Requirement[],
): Promise<Answer> {
  const nuxtApp = useNuxtApp()
  const { $trefoil: scope } = nuxtApp
  const problem = findProblem(await scope.ready(), needs)
  if (problem === undefined) return undefined
  if (problem !== 'not_authenticated') return abortNavigation(problem)
  await scope.store.login({ returnTo: joinPath(useRuntimeConfig().app.baseURL, to.fullPath) })
  // The browser is leaving. While the first page is not there, there is nothing to go back to.
  return nuxtApp.isHydrating ? new Promise(() => undefined) : abortNavigation()
}

function findProblem(
  { session, error }: AuthSnapshot,
  needs: readonly Requirement[],
): NuxtError | 'not_authenticated' | undefined {
  // It is not known who this is, and another login would not tell.
  if (session === null && error !== null) return describe(error, error.status)
  for (const need of needs) {
    const decision = decide(session, need)
    if (decision.allowed) continue
    if (decision.reason === 'not_authenticated') return 'not_authenticated'
    return describe(new AccessDeniedError(decision.missing), 403)
  }
  return undefined
}

/** What `error.vue` is shown: the code, what is missing, and what the reader can do. */
function describe(error: TrefoilError | undefined, statusCode: number): NuxtError {
  return createError({
    statusCode,
    statusMessage: error?.title ?? 'Refused',
    message: error?.message ?? 'This page is not open to you.',
    fatal: true,
    data: {
      code: error?.code,
      wayOut: error?.wayOut,
      ...(error instanceof AccessDeniedError && { missing: error.missing }),
    },
  })
}
