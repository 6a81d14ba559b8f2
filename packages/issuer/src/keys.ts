import { exportJWK, generateKeyPair, type JWK, jwtVerify, type JWTPayload, SignJWT } from 'jose'

/** The issuer's signing key. */
export interface Keys {
  /** The key set as the provider wants it, private parts included. */
  readonly privateKeys: JWK[]
  /** The key set as it is published (RFC 7517). */
  readonly publicKeys: JWK[]
  /** Makes a JWT of these claims, with the header that Kinde's tokens have. */
  sign(claims: JWTPayload): Promise<string>
  /** The claims of a token that this key signed, whatever its times are. */
  read(token: string): Promise<JWTPayload | undefined>
}

const alg = 'RS256'

/** Makes a new key; Kinde signs with RS256 only (KINDE-PROTOCOL section 1). */
export async function createKeys(): Promise<Keys> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const kid = crypto.randomUUID()
  const named = { kid, alg, use: 'sig' }
  return {
    privateKeys: [{ ...(await exportJWK(privateKey)), ...named }],
    publicKeys: [{ ...(await exportJWK(publicKey)), ...named }],
    sign: (claims) =>
      new SignJWT(claims).setProtectedHeader({ alg, kid, typ: 'JWT' }).sign(privateKey),
    async read(token) {
      // Times are checked by the issuer's own clock, which a test may have set.
      const currentDate = new Date(0)
      const options = { algorithms: [alg], currentDate, clockTolerance: Number.MAX_SAFE_INTEGER }
      const verified = await jwtVerify(token, publicKey, options).catch(() => undefined)
      return verified?.payload
    },
  }
}
