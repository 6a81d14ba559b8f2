import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'

/** Where the second provider remembers; it is over before anything expires that would be in the way. */
export function createStorage(): AdapterFactory {
  const entries = new Map<string, AdapterPayload>()
  return (model) => createAdapter(model, entries)
}

function createAdapter(model: string, entries: Map<string, AdapterPayload>): Adapter {
  const key = (id: string): string => `${model}:${id}`
  const search = (name: 'uid' | 'userCode', value: string): AdapterPayload | undefined =>
    [...entries].find(([id, entry]) => id.startsWith(key('')) && entry[name] === value)?.[1]
  return {
    upsert: async (id, payload) => void entries.set(key(id), payload),
    find: async (id) => entries.get(key(id)),
    findByUid: async (uid) => search('uid', uid),
    findByUserCode: async (code) => search('userCode', code),
    async consume(id) {
      const entry = entries.get(key(id))
      if (entry) entry['consumed'] = Math.floor(Date.now() / 1_000)
    },
    destroy: async (id) => void entries.delete(key(id)),
    async revokeByGrantId(grantId) {
      for (const [id, entry] of entries) if (entry.grantId === grantId) entries.delete(id)
    },
  }
}
