/** What an app under test is started with. */
export interface ContractSettings {
  /** The port to serve on, at `http://localhost:<port>`. */
  readonly port: number
  readonly issuerUrl: string
  readonly clientId: string
  readonly clientSecret: string
  /** Session secrets, newest first. */
  readonly secrets: readonly string[]
  readonly store?: 'cookie' | 'memory'
  /** Milliseconds for each request to the issuer. */
  readonly timeout?: number
  readonly idleTimeout?: number
  readonly absoluteTimeout?: number
}

/** A running app. */
export interface ContractApp {
  readonly url: string
  close(): Promise<void>
}

/** Starts the adapter's app; README.md says what it serves. */
export type StartApp = (settings: ContractSettings) => Promise<ContractApp>

/** What a framework does by itself, which no adapter can change. */
export interface Traits {
  /**
   * It writes the `Vary` header of a page anew. Nothing may keep the page all the same, because it is
   * `no-store`.
   */
  readonly ownVary?: boolean
}
