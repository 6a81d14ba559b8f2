import { type BackendConfig, readBackendConfig } from '../src/backend-config.ts'
import type { BackendOptions } from '../src/backend-options.ts'

/** Session secrets that are long enough; the first is the newer. */
export const secrets = [
  'n7Qf3kYt9wLz2pVx8sRb5mHd1cJg6aTe',
  'Zx4Bv7Nm1Kj8Hg5Fd2Sa9Pq3Wo6Er0Ty',
] as const

/** Options that are complete; tests change one thing at a time. */
export const options: BackendOptions = {
  issuer: 'https://tenant.kinde.test',
  clientId: 'client-1',
  clientSecret: 'client-secret',
  siteUrl: 'https://app.example',
  secret: secrets[0],
  env: {},
}

/** The configuration of {@link options} with changes. */
export function createConfig(changes: BackendOptions = {}): BackendConfig {
  return readBackendConfig({ ...options, ...changes })
}
