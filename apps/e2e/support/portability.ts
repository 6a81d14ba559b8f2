/** Files of `tests/` whose specs any provider can pass, but for those with a tag below. */
export const portableSpecs: readonly string[] = ['frontend', 'frontend-pages', 'session', 'sign-in']

/** Files of `tests/` that are left out where the provider is not the local issuer, and why. */
export const otherSpecs: Readonly<Record<string, string>> = {
  api: 'asks the local issuer for tokens of machine applications',
  graphql: 'reads permissions of Kinde, and needs the reports API to be registered',
  machine: "asks Kinde's management API for the users of the built-in seed",
  next: 'is about the Next demo alone, with people of the built-in seed and the requests of the local issuer',
  'next-dev': 'is about Next in development alone',
  nuxt: 'is about the Nuxt demo alone, with people of the built-in seed and the requests of the local issuer',
  organizations: 'needs organizations of Kinde, and leaves one behind',
  pages: 'is about how the demos and the local issuer look',
  portability: 'is about the specs themselves',
  rights: 'needs permissions and feature flags of Kinde',
  'storage-cookie':
    'needs an issuer whose token endpoint keeps refresh tokens in a cookie, as Kinde with a custom domain',
  'storage-memory': 'counts the requests of the local issuer',
}

/** Tags of specs in portable files that are left out all the same, and why. */
export const tags: Readonly<Record<string, string>> = {
  '@kinde': 'reads what only Kinde tells: organizations, permissions, feature flags',
  '@issuer': 'changes settings of the local issuer, or looks at its pages',
  '@registration': 'registers somebody, who would stay',
  '@cancel': 'needs a button that cancels a sign-in (E2E_CANCEL_BUTTON)',
  '@frame':
    "asks the provider in a hidden frame, where a browser keeps another site's cookies back",
  '@look': 'is about how the demo looks, which no provider changes',
}

/** What a provider can do of what not all can. */
export interface Abilities {
  readonly issuerUrl: string
  readonly parts: { readonly cancel?: string | undefined }
}

/** The tags of the specs that a provider cannot pass. */
export function listLeftOut({ issuerUrl, parts }: Abilities): string[] {
  const isSameSite = new URL(issuerUrl).hostname === 'localhost'
  return Object.keys(tags).filter(
    (tag) =>
      !(tag === '@cancel' && parts.cancel !== undefined) && !(tag === '@frame' && isSameSite),
  )
}

/** What is left out, a line each, for who starts the specs. */
export function describeLeftOut(provider: Abilities): string {
  const listed = listLeftOut(provider).map((tag) => `specs tagged ${tag}: ${tags[tag]}`)
  const files = Object.entries(otherSpecs).map(([name, reason]) => `${name}.spec.ts: ${reason}`)
  const lines = [...files, ...listed].map((line) => `  ${line}`)
  return [`Left out at ${provider.issuerUrl}:`, ...lines].join('\n')
}
