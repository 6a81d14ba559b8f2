import type { Flag, JsonValue } from './seed.ts'
import type { Place } from './seed-place.ts'

/** Reads the flags, each of which has a value of its type. */
export function readFlags(place: Place): Flag[] {
  return place.distinct('key', readFlag)
}

function readFlag(place: Place): Flag {
  const at = place.members(['key', 'name', 'type', 'value'])
  const type = at('type').oneOf(['boolean', 'string', 'integer', 'json'])
  return {
    key: at('key').word(),
    name: at('name').text(),
    type: type ?? 'json',
    value: type ? readValue(at('value'), type) : null,
  }
}

/** Reads the flags of a user or an organization: values by the keys of flags, of their types. */
export function readFlagValues(place: Place, flags: readonly Flag[]): Record<string, JsonValue> {
  const values = place.entries().map(([key, value]) => {
    const flag = flags.find((each) => each.key === key)
    if (!flag) value.report(`is not one of the flags (${listKeys(flags)})`)
    return [key, flag ? readValue(value, flag.type) : null] as const
  })
  return Object.fromEntries(values)
}

function readValue(place: Place, type: Flag['type']): JsonValue {
  if (type === 'boolean') return place.boolean()
  if (type === 'integer') return place.integer()
  return type === 'string' ? place.string() : place.json()
}

function listKeys(flags: readonly Flag[]): string {
  return flags.map(({ key }) => key).join(', ') || 'there are none'
}
