import { type Requirement, TrefoilError } from '@trefoil/core'
import {
  type BearerIdentity,
  type BearerVerifier,
  createBearerVerifier,
} from '@trefoil/core/bearer'
import { useRuntimeConfig } from 'nitropack/runtime'
import { readEnvironment, siteOrigin, useBackendApp } from './backend'
import { createRefusal, type H3Event, viewEvent } from './h3'
import { readRuntimeOptions } from './runtime-options'

let verifier: BearerVerifier | undefined

/**
 * Whose access token came with a request to an API, if it is valid and meets the requirement. Else the
 * handler ends here with 401, 403 or 503 and `WWW-Authenticate` (RFC 6750 section 3). The token must be
 * for one of `audience` (`KINDE_AUDIENCE`).
 *
 * @example
 * export default defineEventHandler(async (event) => {
 *   const { subject } = await requireBearer(event, { scopes: ['read:reports'] })
 *   return loadReports(subject)
 * })
 */
export async function requireBearer(
  event: H3Event,
  requirement?: Requirement,
): Promise<BearerIdentity> {
  verifier ??= openVerifier(event)
  const app = useBackendApp(event)
  const view = viewEvent(event, siteOrigin(app))
  try {
    return await verifier.verify(view, requirement)
  } catch (error) {
    if (!(error instanceof TrefoilError)) throw error
    // An API answers JSON, whoever asks.
    throw createRefusal(app.renderError({ ...view, url: view.url, header: () => undefined }, error))
  }
}

function openVerifier(event: H3Event): BearerVerifier {
  const { preset, issuer, audience, timeout, clockTolerance, algorithms } = readRuntimeOptions(
    useRuntimeConfig(event).trefoil,
  )
  return createBearerVerifier({
    env: readEnvironment(),
    ...(preset !== undefined && { preset }),
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
    ...(timeout !== undefined && { timeout }),
    ...(clockTolerance !== undefined && { clockTolerance }),
    ...(algorithms !== undefined && { algorithms }),
  })
}
