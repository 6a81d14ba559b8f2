import type { Express } from 'express'

/** Trefoil, a peer, or code written by hand. It takes part in what it has a member for. */
export interface Contender {
  /** An Express app whose session is measured. */
  readonly session?: {
    /** Where it can keep sessions. */
    readonly places: readonly Place[]
    /** Where it keeps sessions instead of the place, if so. */
    readonly keptIn?: string
    /** Whether `setup.renews` is done: then it takes part in the refresh storm. */
    readonly renews?: boolean
    /** Whether the login at `/login` is its own, from the redirect to the callback. */
    readonly signsIn?: boolean
    /** Whether it remembers what it opened, so that the first request of a session costs more. */
    readonly remembers?: boolean
    /**
     * Makes an app that signs in at `/login` and answers `GET /me` with `{ user }`, where `user` is the
     * `sub` of who is signed in, or null. With `setup.renews`, `/me` renews what has expired.
     */
    make(setup: SessionSetup): Promise<Express>
  }
  readonly bearer?: {
    readonly remembers?: boolean
    /** Makes an app that answers `GET /me` with `{ user }`, the `sub` of the bearer token, or 401. */
    make(setup: Setup): Promise<Express>
  }
  readonly graphql?: {
    /**
     * Makes an app that answers `{ user }` at `GET /graphql`: the `sub` of the bearer token with a guarded
     * field, null without.
     */
    make(setup: GraphqlSetup): Promise<Express>
  }
  /** Makes a function that gives an access token for the application itself. */
  readonly machine?: (setup: Setup) => Promise<() => Promise<string>>
  /** What an application installs and imports. */
  readonly install?: { readonly packages: readonly string[]; readonly modules: readonly string[] }
}

/** Where a session is: sealed in cookies, or in Redis. */
export type Place = 'cookies' | 'redis'

/** What every contender is told. */
export interface Setup {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly audience: string
}

/** What a GraphQL server is told as well. */
export interface GraphqlSetup extends Setup {
  readonly isGuarded: boolean
}

/** What a contender with sessions is told as well. */
export interface SessionSetup extends Setup {
  readonly place: Place
  /** The origin that the app is served at. */
  readonly origin: string
  /** A secret of 44 characters. */
  readonly secret: string
  /** Empty when sessions are in cookies. */
  readonly redisUrl: string
  readonly renews: boolean
}
