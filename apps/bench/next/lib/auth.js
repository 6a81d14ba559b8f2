import { createAuth } from '@trefoil/next'

export const auth = createAuth()
