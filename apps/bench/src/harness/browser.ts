import { request } from 'node:http'

/** What a server answered. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** As much of a browser as a login needs: it follows redirects and keeps cookies as browsers do. */
export interface Browser {
  /** Goes to a page and on through its redirects. */
  go(url: string): Promise<Answer>
  /** The `Cookie` header for an origin. */
  cookieHeader(origin: string): string
  /** Takes the cookies of an answer. */
  take(origin: string, answer: Answer): void
  /** Names of cookies over the size that browsers keep; they were dropped. */
  readonly dropped: ReadonlySet<string>
}

// RFC 6265bis section 5.7: name and value together.
const maxCookie = 4096
const maxRedirects = 10

/** Makes a {@link Browser} with no cookies. */
export function createBrowser(): Browser {
  const jars = new Map<string, Map<string, string>>()
  const dropped = new Set<string>()

  const browser: Browser = {
    dropped,
    cookieHeader(origin) {
      const jar = jars.get(origin) ?? new Map<string, string>()
      return [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    },
    take(origin, { headers }) {
      const jar = jars.get(origin) ?? new Map<string, string>()
      jars.set(origin, jar)
      for (const line of [headers['set-cookie'] ?? []].flat()) keep(line, jar, dropped)
    },
    async go(start) {
      let url = new URL(start)
      for (let hop = 0; hop <= maxRedirects; hop++) {
        // The provider has an https name as well, and no TLS.
        url.protocol = 'http:'
        const { origin } = url
        const cookie = browser.cookieHeader(origin)
        const answer = await send(url, { ...navigation, ...(cookie !== '' && { cookie }) })
        browser.take(origin, answer)
        const { location } = answer.headers
        if (typeof location !== 'string') return answer
        url = new URL(location, url)
      }
      throw new Error(`more than ${maxRedirects} redirects from ${start}`)
    },
  }
  return browser
}

const navigation = {
  accept: 'text/html',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
  'sec-fetch-site': 'none',
}

function keep(line: string, jar: Map<string, string>, dropped: Set<string>): void {
  const [pair = '', ...attributes] = line.split(';')
  const equals = pair.indexOf('=')
  const name = pair.slice(0, equals).trim()
  const value = pair.slice(equals + 1).trim()
  if (name.length + value.length > maxCookie) dropped.add(name)
  else if (value === '' || attributes.some(isOver)) jar.delete(name)
  else jar.set(name, value)
}

function isOver(attribute: string): boolean {
  const [name = '', value = ''] = attribute.trim().split('=')
  if (name.toLowerCase() === 'max-age') return Number(value) <= 0
  return name.toLowerCase() === 'expires' && Date.parse(value) < Date.now()
}

/** Sends one request. */
export function send(url: URL, headers: Readonly<Record<string, string>>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers: { ...headers } }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        body += chunk
      })
      response.on('error', reject)
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body })
      })
    })
    sent.on('error', reject)
    sent.end()
  })
}
