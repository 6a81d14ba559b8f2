import { createAuth } from '@trefoil/next'
import './keys.ts'
import { authOptions } from './settings.ts'

/** The authentication of this application; everything else asks it. */
export const auth = createAuth(authOptions)
