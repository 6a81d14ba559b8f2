import { createHash } from 'node:crypto'

/** Tells tokens apart without showing one. */
export function describeToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
