import { ConfigurationError, type Outcome, type Requirement, type RequestView } from '@trefoil/core'
import {
  type Authentication,
  type BackendApp,
  createRequestAuth,
  type RefreshOptions,
  type RequestAuth,
} from '@trefoil/core/backend'
import { appendCookies, type H3Event, isSent, storeCookies, tighten } from './h3'
import { isShared } from './shared-page'

/**
 * Who a request is from, as `event.context.auth`. Whatever is read of it makes the answer
 * `Cache-Control: private, no-store` with `Vary: Cookie`. On a page that is shared (prerendered, cached,
 * ISR, SWR) reading it throws `configuration_invalid`, because everybody would get one user's answer.
 */
export interface EventAuth extends RequestAuth {
  /** Whether the answer is one for everybody, so that nothing else here can be read. */
  isShared(): boolean
  /**
   * The refusal of who may not go on, for a page at `url` or for the request itself; undefined for who may.
   * `requireAuth` and page meta decide by it.
   */
  refuse(requirement?: Requirement, url?: string): Outcome | undefined
}

/** Who the request of an event is from. It throws where the module's middleware did not run. */
export function authOf(event: H3Event): EventAuth {
  const auth: EventAuth | undefined = event.context.auth
  if (auth) return auth
  throw new Error(
    'event.context.auth is missing: @trefoil/nuxt has not seen this request. Is a handler before its middleware?',
  )
}

/** Makes `event.context.auth`; `first` is asked for at most once, by who reads it. */
export function createEventAuth(
  app: BackendApp,
  view: RequestView,
  event: H3Event,
  first: Authentication | undefined,
): EventAuth {
  let current = first
  const isForAll = (): boolean => current === undefined || isShared(event)
  const read = (): Authentication => {
    if (current === undefined || isForAll()) throw sharedPage(view)
    touch(event)
    return current
  }
  const renew = async (options: Pick<RefreshOptions, 'claims'> = {}): Promise<void> => {
    read()
    if (isSent(event)) return
    current = await app.refresh(view, { force: true, ...options })
    carry(event, current)
  }
  return Object.assign(createRequestAuth({ app, read, refresh: renew }), {
    isShared: isForAll,
    refuse(requirement?: Requirement, url?: string): Outcome | undefined {
      const { session } = read()
      // The cookies of a renewal are on their way already.
      return app.guard(url === undefined ? view : at(view, url), { session }, requirement)
    },
  })
}

/** Has the cookies of a renewal reach the browser, and whoever looks at this request next. */
export function carry(event: H3Event, { cookies }: Authentication): void {
  if (cookies.length === 0) return
  appendCookies(event, cookies)
  storeCookies(event, cookies)
  touch(event)
  const kept = event.context.trefoilCookies ?? []
  event.context.trefoilCookies = [...kept, ...cookies]
}

// At once for an answer that is sent by hand; the plugin says it again at the last moment.
function touch(event: H3Event): void {
  event.context.trefoilTouched = true
  tighten(event)
}

function sharedPage(view: RequestView): ConfigurationError {
  const path = URL.canParse(view.url) ? new URL(view.url).pathname : 'this path'
  return new ConfigurationError([
    `${path} is prerendered or cached, so everybody gets the same answer and no session can be read for it: take it out of the cached route rules, or read the session in the browser.`,
  ])
}

function at(view: RequestView, url: string): RequestView {
  return {
    method: view.method,
    url: new URL(url, view.url).href,
    header: (name) => view.header(name),
  }
}
