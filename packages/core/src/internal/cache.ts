/** A bounded map that forgets what was used least recently. */
export interface Cache<Value> {
  get(key: string): Value | undefined
  set(key: string, value: Value): void
  delete(key: string): void
  readonly size: number
}

/** Makes a {@link Cache} of at most `limit` entries. */
export function createCache<Value>(limit: number): Cache<Value> {
  const entries = new Map<string, Value>()

  return {
    get(key) {
      const value = entries.get(key)
      if (value === undefined) return undefined
      // A map iterates in the order of insertion, so inserting again marks the entry as recent.
      entries.delete(key)
      entries.set(key, value)
      return value
    },
    set(key, value) {
      entries.delete(key)
      entries.set(key, value)
      if (entries.size <= limit) return
      const oldest = entries.keys().next()
      if (!oldest.done) entries.delete(oldest.value)
    },
    delete(key) {
      entries.delete(key)
    },
    get size() {
      return entries.size
    },
  }
}

/**
 * Makes a {@link Cache} that takes a value in when it is set the second time. What comes once and never
 * again costs no memory to speak of, and pushes nothing out that is in use.
 */
export function createSelectiveCache<Value>(limit: number): Cache<Value> {
  const entries = createCache<Value>(limit)
  const sightings = createCache<true>(limit)

  return {
    ...entries,
    set(key, value) {
      if (sightings.get(key)) entries.set(key, value)
      else sightings.set(key, true)
    },
    get size() {
      return entries.size
    },
  }
}
