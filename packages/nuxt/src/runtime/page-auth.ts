import type { Requirement } from '@trefoil/core'

/** What a page says in `definePageMeta({ auth })`. */
export type PageAuth = boolean | Requirement
