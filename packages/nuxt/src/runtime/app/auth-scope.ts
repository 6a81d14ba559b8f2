import type { AuthSnapshot, AuthStore } from '@trefoil/core/frontend'
import { type ShallowRef, shallowRef } from 'vue'

/** What the composables and components of one app share. */
export interface AuthScope {
  readonly store: AuthStore
  /** What is known of the user now. */
  readonly snapshot: Readonly<ShallowRef<AuthSnapshot>>
  /** Where the server's routes stand; null in a front-end app. */
  readonly basePath: string | null
  /** Resolves when it is known whether somebody is signed in; asks the server if nobody has yet. */
  ready(): Promise<AuthSnapshot>
  /** Begins to follow the store. */
  follow(): void
}

/** Makes a scope. Nothing is asked for before `follow` or `ready`. */
export function createScope(store: AuthStore, basePath: string | null): AuthScope {
  const snapshot = shallowRef(store.getSnapshot())
  let isFollowing = false
  const follow = (): void => {
    if (isFollowing) return
    isFollowing = true
    store.subscribe(() => {
      snapshot.value = store.getSnapshot()
    })
    snapshot.value = store.getSnapshot()
  }
  return {
    store,
    snapshot,
    basePath,
    follow,
    ready: async () => whenKnown(store),
  }
}

function whenKnown(store: AuthStore): Promise<AuthSnapshot> {
  return new Promise((resolve) => {
    const look = (): void => {
      const snapshot = store.getSnapshot()
      if (snapshot.status === 'loading' && snapshot.error === null) return
      resolve(snapshot)
      // The first look may come before there is something to leave.
      queueMicrotask(() => leave())
    }
    const leave = store.subscribe(look)
    look()
  })
}
