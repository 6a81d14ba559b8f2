import type { SnapshotStore } from './auth-store.ts'
import type { FrontendConfig, FrontendOptions } from './frontend-config.ts'
import type { Page } from './internal/page.ts'
import type { Provider } from './provider.ts'

/** What the parts of a front-end app share. */
export interface FrontendContext {
  readonly config: FrontendConfig
  readonly provider: Provider
  readonly page: Page
  /** What the keys of this application in the browser's storage begin with. */
  readonly prefix: string
  readonly store: SnapshotStore
  readonly options: FrontendOptions
}
