import { createAuth } from '@trefoil/next'
import './keys.ts'
import { apiUrl } from './settings.ts'

/**
 * The authentication of this application; everything else asks it. All demos share the host `localhost`,
 * and cookies ignore ports, so each has a cookie name of its own.
 */
export const auth = createAuth({ name: 'demo-next', apiOrigins: [apiUrl] })
