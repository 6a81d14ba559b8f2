import { findNearest } from './nearest-name.ts'
import type { JsonValue } from './seed.ts'

/**
 * A place in a seed file: what stands there and its path. Each reader returns what it found or, when
 * that is not what it should be, notes a problem and returns something empty, so that reading goes on
 * and finds the other problems too.
 */
export class Place {
  readonly value: unknown
  readonly path: string
  readonly #problems: string[]

  constructor(value: unknown, path: string, problems: string[]) {
    this.value = value
    this.path = path
    this.#problems = problems
  }

  get isGiven(): boolean {
    return this.value !== undefined
  }

  report(message: string): void {
    this.#problems.push(`${this.path || 'the seed'}: ${message}`)
  }

  /** The members of an object, each by its name; those that are not known are problems. */
  members<Name extends string>(known: readonly Name[]): (name: Name) => Place {
    const found = new Map(this.entries())
    for (const [name, place] of found) {
      if (!isOneOf(name, known)) place.report(describeUnknown(name, known))
    }
    // In what is not an object nothing is missing: that it is none was said.
    const problems = isRecord(this.value) ? this.#problems : []
    return (name) => found.get(name) ?? new Place(undefined, this.#join(name), problems)
  }

  /** The members of an object whose names are free. */
  entries(): (readonly [name: string, place: Place])[] {
    if (!isRecord(this.value)) {
      this.#refuse('an object')
      return []
    }
    return Object.entries(this.value).map(([name, value]: [string, unknown]) => [
      name,
      new Place(value, this.#join(name), this.#problems),
    ])
  }

  /** The items of a list; one that is left out is empty. */
  list<Item>(read: (place: Place) => Item): Item[] {
    if (!this.isGiven) return []
    if (!Array.isArray(this.value)) {
      this.#refuse('a list')
      return []
    }
    return this.value.map((item: unknown, index) =>
      read(new Place(item, `${this.path}[${index}]`, this.#problems)),
    )
  }

  /** The items of a list, no two of which have the same in one member. */
  distinct<Member extends string, Item extends { readonly [name in Member]: string }>(
    member: Member,
    read: (place: Place) => Item,
  ): Item[] {
    const items = this.list(read)
    this.refuseTwins(
      items.map((item) => item[member]),
      member,
    )
    return items
  }

  /** Reports items of this list that have the same key, given the keys and the member they stand in. */
  refuseTwins(keys: readonly string[], member?: string): void {
    const pathOf = (index: number): string =>
      `${this.path}[${index}]${member === undefined ? '' : `.${member}`}`
    for (const [index, key] of keys.entries()) {
      const first = keys.indexOf(key)
      if (key === '' || first === index) continue
      this.#problems.push(`${pathOf(index)}: "${key}" is already in ${pathOf(first)}`)
    }
  }

  string(): string {
    if (typeof this.value === 'string') return this.value
    this.#refuse('a string')
    return ''
  }

  /** A string with something in it. */
  text(): string {
    const text = this.string()
    if (text.trim() !== '') return text
    if (typeof this.value === 'string') this.report('is empty')
    return ''
  }

  /** A {@link text} without spaces, as keys and scopes are (RFC 6749 section 3.3). */
  word(): string {
    const text = this.text()
    if (/[\s"\\]/.test(text)) this.report(`"${text}" has a space, a quote or a backslash in it`)
    return text
  }

  boolean(): boolean {
    if (typeof this.value !== 'boolean') this.#refuse('true or false')
    return this.value === true
  }

  integer(): number {
    if (typeof this.value === 'number' && Number.isSafeInteger(this.value)) return this.value
    this.#refuse('an integer')
    return 0
  }

  json(): JsonValue {
    if (isJson(this.value)) return this.value
    this.#refuse('a JSON value')
    return null
  }

  /** One of a few words; `undefined` when it is none of them. */
  oneOf<Word extends string>(words: readonly Word[]): Word | undefined {
    const word = this.text()
    if (isOneOf(word, words)) return word
    if (word !== '') this.report(`"${word}" is not one of ${words.join(', ')}`)
    return undefined
  }

  /** The key of something that stands elsewhere in the seed. */
  reference(what: string, known: readonly string[]): string {
    const key = this.text()
    if (key !== '' && !known.includes(key)) {
      this.report(`"${key}" is not one of the ${what} (${known.join(', ') || 'there are none'})`)
    }
    return key
  }

  /** Several {@link reference}s, all different. */
  references(what: string, known: readonly string[]): string[] {
    const keys = this.list((place) => place.reference(what, known))
    this.refuseTwins(keys)
    return keys
  }

  /** Several {@link word}s, all different. */
  words(): string[] {
    const words = this.list((place) => place.word())
    this.refuseTwins(words)
    return words
  }

  #join(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`
  }

  #refuse(expected: string): void {
    this.report(this.isGiven ? `must be ${expected}, not ${nameType(this.value)}` : 'is missing')
  }
}

function isOneOf<Word extends string>(text: string, words: readonly Word[]): text is Word {
  return words.some((word) => word === text)
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isJson(value: unknown): value is JsonValue {
  if (typeof value === 'number') return Number.isFinite(value)
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  return typeof value === 'object' && Object.values(value).every(isJson)
}

// Only the type: the value may be a secret.
function nameType(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (Number.isFinite(value) && !Number.isInteger(value)) return 'a fraction'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function describeUnknown(name: string, known: readonly string[]): string {
  const near = findNearest(name, known)
  return `is not known; ${near === undefined ? `known are ${known.join(', ')}` : `did you mean ${near}?`}`
}
