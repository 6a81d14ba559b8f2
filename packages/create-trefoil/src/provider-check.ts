import type { Outcome, TrefoilError } from '@trefoil/core'
import { type BackendOptions, createBackendApp } from '@trefoil/core/backend'
import { type Finding, ok, problem, warning } from './finding.ts'
import type { Project } from './project.ts'
import { visit } from './visit.ts'

/** What the authorization server told, when it is the right one. */
export interface Provider {
  readonly tokenEndpoint: string
  /** Where this project sends a browser to sign in. */
  readonly authorizationUrl: URL
}

/** The findings, and what the further checks go by; absent when there is no provider to ask. */
export interface ProviderReport {
  readonly findings: Finding[]
  readonly provider?: Provider
}

interface Answer {
  readonly metadata: Readonly<Record<string, unknown>>
  /** By how many seconds the server's clock is ahead of this machine's. */
  readonly skew: number | undefined
}

/** Seconds that two clocks may differ; what the core allows unless told otherwise. */
const tolerance = 30

/**
 * Has the core begin a sign-in, which makes it fetch the metadata and hold them against its rules, and
 * looks at what it was told. The options are those of the sign-in.
 */
export async function checkProvider(
  project: Project,
  issuer: string,
  options: BackendOptions,
): Promise<ProviderReport> {
  const observer = observe(project)
  const app = createBackendApp({ ...options, fetch: observer.fetch })
  const outcome = await app.handle(visit(`${app.configure().siteOrigin}/auth/login`))
  const answer = observer.read()
  const clock = answer?.skew === undefined ? [] : [checkClock(answer.skew)]
  if (!answer || outcome?.location === undefined) {
    return { findings: [explain(outcome, issuer, answer), ...clock] }
  }
  return {
    findings: [ok('issuer', `${issuer} answers, under this name.`), checkPkce(answer), ...clock],
    provider: {
      tokenEndpoint: String(answer.metadata['token_endpoint']),
      authorizationUrl: new URL(outcome.location),
    },
  }
}

interface Observer {
  readonly fetch: typeof fetch
  /** The metadata that came last, whether they are of use or not. */
  read(): Answer | undefined
}

// The core keeps to itself what it fetched; the doctor wants to see it.
function observe({ fetch: send = fetch, clock = Date.now }: Project): Observer {
  let last: Answer | undefined
  return {
    async fetch(input, init) {
      const startedAt = clock()
      const response = await send(input, init)
      const at = (startedAt + clock()) / 2
      const isMetadata = new URL(input instanceof Request ? input.url : input).pathname.endsWith(
        place,
      )
      const metadata = isMetadata ? await readObject(response.clone()) : undefined
      if (metadata) last = { metadata, skew: readSkew(response, at) }
      return response
    },
    read: () => last,
  }
}

const place = '/.well-known/openid-configuration'

async function readObject(response: Response): Promise<Answer['metadata'] | undefined> {
  const value: unknown = await response.json().catch(() => undefined)
  return typeof value === 'object' && value !== null ? { ...value } : undefined
}

function readSkew(response: Response, now: number): number | undefined {
  const time = Date.parse(response.headers.get('date') ?? '')
  return Number.isNaN(time) ? undefined : Math.round((time - now) / 1000)
}

function checkClock(skew: number): Finding {
  const seconds = Math.abs(skew)
  // `Date` has no fraction of a second, and may be that of a cache a moment ago.
  if (seconds <= tolerance)
    return ok('clock', `is within ${Math.max(1, seconds)} s of the server's.`)
  return problem(
    'clock',
    `This machine's clock is ${seconds} s ${skew > 0 ? 'behind' : 'ahead of'} the server's; tokens are refused beyond ${tolerance} s.`,
    'Set the clock, and keep it right with NTP (timedatectl set-ntp true, or the settings of the system or container host).',
  )
}

function checkPkce({ metadata }: Answer): Finding {
  const methods = metadata['code_challenge_methods_supported']
  if (Array.isArray(methods) && methods.includes('S256')) return ok('PKCE', 'S256 is supported.')
  const remedy =
    'Trefoil always uses S256: switch it on for the authorization server, or take one that has it.'
  return Array.isArray(methods)
    ? problem('PKCE', 'The metadata of the authorization server do not list S256.', remedy)
    : warning('PKCE', 'The metadata do not say whether PKCE is supported.', remedy)
}

function explain(
  outcome: Outcome | undefined,
  issuer: string,
  answer: Answer | undefined,
): Finding {
  const error = outcome?.error
  const name = answer && readOtherName(answer, issuer)
  if (name !== undefined) {
    return problem(
      'issuer',
      `The server at ${issuer} calls itself ${name}: no token of it would be for this issuer.`,
      `Set KINDE_ISSUER_URL=${name}, exactly so; a custom domain is an issuer of its own.`,
    )
  }
  if (error?.code === 'provider_response_invalid') {
    return problem(
      'issuer',
      `The metadata of ${issuer} are not usable: ${findReason(error)}.`,
      'Check that KINDE_ISSUER_URL is the issuer itself, not a page of it, and that no proxy changes the answer.',
    )
  }
  return problem(
    'issuer',
    `No metadata can be had from ${issuer}: ${findReason(error)}.`,
    'Check KINDE_ISSUER_URL, the network and, for the local Kinde, that npx @trefoil/issuer runs.',
  )
}

function readOtherName({ metadata }: Answer, issuer: string): string | undefined {
  const name = metadata['issuer']
  if (typeof name !== 'string' || name === issuer || !/^https?:\/\/[\x21-\x7e]+$/.test(name)) {
    return undefined
  }
  return URL.canParse(name) ? name : undefined
}

// The evidence of the core holds no secret; the innermost says most.
function findReason(error: TrefoilError | undefined): string {
  let last: unknown = error
  while (last instanceof Error && last.cause instanceof Error) last = last.cause
  // An AggregateError, of every address of a name, has a code and no words.
  const { message = '', code = '' } = { ...toRecord(last) }
  return (String(message) || String(code) || 'it gave no answer').replace(/\.$/, '')
}

function toRecord(value: unknown): { message?: unknown; code?: unknown } {
  if (!(value instanceof Error)) return {}
  return { message: value.message, ...('code' in value && { code: value.code }) }
}
