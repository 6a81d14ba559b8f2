/**
 * The files that check, and which tests must find a mutant of each beside its own. A test further away
 * may find it too, but a check that only such a test notices is as good as untested.
 */
export const checked: Readonly<Record<string, readonly string[]>> = {
  'access-token': ['src/bearer'],
  'authorization-code': ['src/authorization-response', 'test/callback'],
  'backend-config': [],
  bearer: ['src/bearer-token', 'src/access-token'],
  callback: ['test/callback'],
  'client-authentication': [],
  config: ['src/backend-config', 'src/bearer-config', 'src/machine-config'],
  cookies: [],
  decision: [],
  guard: ['test/app'],
  'id-token': ['src/id-token-signature', 'src/refresh-token'],
  jwks: [],
  jwt: [
    'src/id-token',
    'src/id-token-signature',
    'src/access-token',
    'src/logout-token',
    'src/refresh-token',
  ],
  kinde: [],
  'login-counter': ['test/callback'],
  'login-transaction': ['test/login'],
  'logout-token': ['test/backchannel'],
  request: [],
  'return-path': [],
  seal: [],
  'seal-node': ['src/seal'],
  'session-endings': ['test/backchannel'],
  'site-config': ['src/backend-config'],
  'token-request': [],
  'internal/breaker': [],
  'internal/http': [],
  'internal/single-flight': [],
}
