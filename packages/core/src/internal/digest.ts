import { toBytes } from './encoding.ts'

/** The digest of a text, for hashes whose algorithm the protocol names. */
export async function digestBytes(algorithm: string, text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest(algorithm, toBytes(text)))
}
