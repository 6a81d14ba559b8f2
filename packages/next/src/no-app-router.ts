import { ConfigurationError } from '@trefoil/core'

// The Pages Router and plain Node load this file as #app-router.
function unavailable(): never {
  throw new ConfigurationError([
    'There is no request of the App Router here: in the Pages Router give auth.session({ req, res }) the request.',
  ])
}

export {
  unavailable as cookies,
  unavailable as forbidden,
  unavailable as headers,
  unavailable as redirect,
  unavailable as unauthorized,
}
