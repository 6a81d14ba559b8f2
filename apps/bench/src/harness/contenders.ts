import { readdirSync } from 'node:fs'

/** Every contender's name: there is one file each. */
export function contenderNames(): string[] {
  return readdirSync(new URL('../contenders/', import.meta.url))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort()
}
