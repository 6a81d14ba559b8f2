import type { Adapter, AdapterPayload } from 'oidc-provider'

interface Entry {
  readonly model: string
  readonly id: string
  readonly payload: AdapterPayload
  readonly expiresAt: number
}

const sweepEvery = 500

/** Keeps what the provider has to remember, in memory, for one issuer. */
export class Storage {
  readonly #entries = new Map<string, Entry>()
  #writes = 0

  get(model: string, id: string): AdapterPayload | undefined {
    return this.#live(this.#entries.get(toKey(model, id)))?.payload
  }

  set(model: string, id: string, payload: AdapterPayload, lifetime: number | undefined): void {
    const expiresAt = lifetime === undefined ? Infinity : Date.now() + lifetime * 1000
    this.#entries.set(toKey(model, id), { model, id, payload, expiresAt })
    this.#writes += 1
    if (this.#writes % sweepEvery === 0) this.#sweep()
  }

  find(model: string, test: (payload: AdapterPayload) => boolean): AdapterPayload | undefined {
    for (const entry of this.#entries.values()) {
      if (entry.model === model && this.#live(entry) && test(entry.payload)) return entry.payload
    }
    return undefined
  }

  delete(model: string, id: string): void {
    this.#entries.delete(toKey(model, id))
  }

  deleteWhere(test: (model: string, payload: AdapterPayload) => boolean): void {
    for (const [key, { model, payload }] of this.#entries) {
      if (test(model, payload)) this.#entries.delete(key)
    }
  }

  #live(entry: Entry | undefined): Entry | undefined {
    return entry && entry.expiresAt > Date.now() ? entry : undefined
  }

  #sweep(): void {
    for (const [key, entry] of this.#entries) {
      if (!this.#live(entry)) this.#entries.delete(key)
    }
  }
}

/** One model's view of the storage, in the form the provider asks for. */
export class StorageAdapter implements Adapter {
  readonly #model: string
  readonly #storage: Storage

  constructor(model: string, storage: Storage) {
    this.#model = model
    this.#storage = storage
  }

  async upsert(id: string, payload: AdapterPayload, lifetime?: number): Promise<undefined> {
    this.#storage.set(this.#model, id, payload, lifetime)
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.#storage.get(this.#model, id)
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#storage.find(this.#model, (payload) => payload.uid === uid)
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#storage.find(this.#model, (payload) => payload.userCode === userCode)
  }

  async consume(id: string): Promise<undefined> {
    const payload = this.#storage.get(this.#model, id)
    if (payload) payload['consumed'] = Math.floor(Date.now() / 1000)
  }

  async destroy(id: string): Promise<undefined> {
    this.#storage.delete(this.#model, id)
  }

  async revokeByGrantId(grantId: string): Promise<undefined> {
    this.#storage.deleteWhere((_model, payload) => payload.grantId === grantId)
  }
}

function toKey(model: string, id: string): string {
  return `${model}:${id}`
}
