import { fileURLToPath } from 'node:url'

/** The folder of a Next.js application that the tests build. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))
}
