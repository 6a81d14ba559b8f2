import { createUnstorageStore } from '@trefoil/core'
import {
  type BackendApp,
  type BackendOptions,
  createBackendApp,
  type SessionOptions,
} from '@trefoil/core/backend'
import { useRuntimeConfig, useStorage } from 'nitropack/runtime'
import serverOptions from '#trefoil/server-options'
import { joinPath } from '../paths'
import type { H3Event } from './h3'
import { readRuntimeOptions, type RuntimeOptions } from './runtime-options'

let app: BackendApp | undefined

/** The back-end app of this server, made at the first request, when the environment is there. */
export function useBackendApp(event: H3Event): BackendApp {
  return (app ??= createBackendApp(readOptions(event)))
}

/** The origin of the site; a made-up one while the configuration has problems, which the core reports. */
export function siteOrigin(backend: BackendApp): string {
  try {
    return backend.configure().siteOrigin
  } catch {
    return 'http://localhost'
  }
}

/** The environment; workers bind it to requests, and Nitro keeps it aside. */
export function readEnvironment(): Record<string, string | undefined> {
  const bound: unknown = Reflect.get(globalThis, '__env__')
  return { ...process.env, ...Object(bound) }
}

function readOptions(event: H3Event): BackendOptions {
  const { trefoil, app: site } = useRuntimeConfig(event)
  const { session, basePath = '/auth', callbackPath, ...given } = readRuntimeOptions(trefoil)
  const { session: ownSession, ...own } = serverOptions?.() ?? {}
  const env = readEnvironment()
  const home = joinPath(site.baseURL, '/')
  const isMoved = home !== '/' && !env['KINDE_POST_LOGIN_REDIRECT_URL']
  return {
    env,
    ...(isMoved && { postLoginRedirectUrl: home }),
    ...given,
    basePath: joinPath(site.baseURL, basePath),
    ...(callbackPath !== undefined && { callbackPath: joinPath(site.baseURL, callbackPath) }),
    ...own,
    session: { ...readSession(session), ...ownSession },
  }
}

function readSession({ storage, ...limits }: RuntimeOptions['session'] = {}): SessionOptions {
  if (storage === undefined) return limits
  return { ...limits, store: createUnstorageStore(useStorage(storage), { mount: storage }) }
}
