import { isLoopback, type ProviderConfig, type Reader } from './config.ts'
import { toReturnPath } from './return-path.ts'
import { routeNames } from './route-names.ts'

/** The URL of the site; what is wrong with it goes to the reader. */
export function readSite(value: string | undefined, provider: ProviderConfig, reader: Reader): URL {
  const text = reader.text(value, 'KINDE_SITE_URL')
  const label = 'siteUrl (KINDE_SITE_URL)'
  const fallback = new URL('https://localhost')
  if (text === undefined) {
    reader.problems.push(
      `${label} is missing: set it to the origin of this site, such as https://app.example.`,
    )
    return fallback
  }
  if (!URL.canParse(text)) {
    reader.problems.push(`${label} is not a URL: it must look like https://app.example.`)
    return fallback
  }
  const url = new URL(text)
  const problem = findOriginProblem(url) ?? findIssuerMismatch(url, provider)
  if (problem !== undefined) reader.problems.push(`${label} ${problem}`)
  return url
}

function findOriginProblem(url: URL): string | undefined {
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url))) {
    return 'must begin with https://; plain http is for this machine only.'
  }
  if (url.hostname.includes('*')) return 'has a wildcard: name each origin, they match exactly.'
  return url.href === `${url.origin}/`
    ? undefined
    : `must be an origin: use ${url.origin}, and basePath for a sub-path.`
}

// A public site whose visitors are sent to an issuer on their own machines cannot work.
function findIssuerMismatch(site: URL, { issuer }: ProviderConfig): string | undefined {
  if (isLoopback(site) || !URL.canParse(issuer) || !isLoopback(new URL(issuer))) return undefined
  return 'is public while the issuer is on this machine: set KINDE_ISSUER_URL to your real domain.'
}

/** Further origins of the site, of the same scheme, because one setting makes the cookies of all. */
export function readOrigins(
  values: readonly string[] | undefined,
  site: URL,
  reader: Reader,
): string[] {
  return (values ?? []).flatMap((value) => {
    if (!URL.canParse(value)) {
      reader.problems.push(`allowedOrigins: ${value} is not a URL.`)
      return []
    }
    const url = new URL(value)
    const isOther = url.protocol !== site.protocol
    const problem =
      findOriginProblem(url) ??
      (isOther ? `must begin with ${site.protocol}//, as siteUrl.` : undefined)
    if (problem !== undefined) reader.problems.push(`allowedOrigins: ${value} ${problem}`)
    return [url.origin]
  })
}

/** The path of the callback, which may stand outside the base path. */
export function readCallbackPath(
  value: string | undefined,
  basePath: string,
  reader: Reader,
): string {
  const usual = `${basePath}/callback`
  const path = readPath('callbackPath', value ?? usual, reader)
  if (path !== usual && isRoute(path, basePath)) {
    reader.problems.push('callbackPath is the path of another route: choose one of its own.')
  }
  if (path === basePath) {
    reader.problems.push(
      'callbackPath is the basePath: choose one of its own, such as /auth/callback.',
    )
  }
  return path
}

function isRoute(path: string, basePath: string): boolean {
  return routeNames.some((name) => path === `${basePath}/${name}`)
}

/** A path of the site without a slash at its end. */
export function readPath(name: string, value: string, reader: Reader): string {
  const path = value.length > 1 ? value.replace(/\/$/, '') : value
  if (toReturnPath(path) !== path || /[?#]/.test(path) || path === '/') {
    reader.problems.push(`${name} must be a path such as /auth.`)
  }
  return path
}
