import express5, { type Express } from 'express'
import { createRequire } from 'node:module'

/** Express 4 has no types of its own here; what the tests use of it is the same. */
export function loadExpress4(): typeof express5 {
  return createRequire(import.meta.url)('express4')
}

/** The supported versions, each under its name. */
export const frameworks: readonly (readonly [string, typeof express5])[] = [
  ['Express 5', express5],
  ['Express 4', loadExpress4()],
]

export type { Express }
