import { fileURLToPath } from 'node:url'

/** The folder of a fixture, an application that tests serve. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))
}
