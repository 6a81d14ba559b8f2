import {
  assertNoProblems,
  createReader,
  type ProviderConfig,
  type ProviderOptions,
  readAudience,
  readClientId,
  readProviderConfig,
} from './config.ts'

/** Options of a front-end application, as far as its configuration is checked. */
export interface FrontendOptions extends ProviderOptions {
  /** Environment: `KINDE_CLIENT_ID`. */
  clientId?: string
  /** APIs that access tokens are for. Environment: `KINDE_AUDIENCE`. */
  audience?: string | readonly string[]
}

/** The configuration of a front-end application, checked. */
export interface FrontendConfig extends ProviderConfig {
  readonly clientId: string
  readonly audience: readonly string[]
}

/**
 * Reads a front-end application's options; throws {@link ConfigurationError} naming every problem at
 * once. A client secret is a problem wherever it comes from: what runs in a browser keeps no secret.
 */
export function readFrontendConfig(
  options: FrontendOptions & { clientSecret?: unknown },
): FrontendConfig {
  const reader = createReader(options.env)
  if (options.clientSecret !== undefined || reader.variable('KINDE_CLIENT_SECRET') !== undefined) {
    reader.problems.push(
      'clientSecret (KINDE_CLIENT_SECRET) is given to a front-end application, whose code anyone can read: remove it. If the details page shows a secret, the application was created as "Back-end web"; create one of the kind "Front-end and mobile", and rotate the secret that was exposed.',
    )
  }
  const config = {
    ...readProviderConfig(options, reader),
    clientId: readClientId(options.clientId, 'KINDE_CLIENT_ID', reader),
    audience: readAudience(options.audience, 'KINDE_AUDIENCE', reader),
  }
  assertNoProblems(reader)
  return config
}
