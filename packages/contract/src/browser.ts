import { type Agent, request as send } from 'node:http'

/** How a request is made; the default is a person going to a page from a page of the same site. */
export interface BrowserRequest {
  readonly method?: string
  /** An empty value leaves a header out that would be sent otherwise. */
  readonly headers?: Readonly<Record<string, string>>
  readonly form?: Readonly<Record<string, string>>
  /** A body that is no form. */
  readonly body?: string
  /** A redirect to a URL that begins so is not followed. */
  readonly stopBefore?: string
}

/** A page as it came, with the URL that it came from. */
export interface Page {
  readonly url: string
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/**
 * A small browser: cookies by path (host and port are ignored: all runs on localhost) and Fetch
 * Metadata.
 */
export interface Browser {
  /** The cookies of the whole site (path `/`), by name. */
  readonly cookies: Map<string, string>
  /** One request; redirects are not followed. */
  send(url: string, request?: BrowserRequest): Promise<Page>
  /** Goes to a page and follows redirects, twenty at most. */
  visit(url: string, request?: BrowserRequest): Promise<Page>
  /** Sends the first form of a page with its hidden inputs and these values. */
  submit(
    page: Page,
    values?: Readonly<Record<string, string>>,
    request?: Pick<BrowserRequest, 'stopBefore'>,
  ): Promise<Page>
  /** The request of a script: `fetch` of the same origin. */
  fetch(url: string, request?: BrowserRequest): Promise<Page>
  /** The value of the `Cookie` header that the site is sent now. */
  cookieHeader(): string
}

const navigation = {
  accept: 'text/html,application/xhtml+xml',
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
  'sec-fetch-user': '?1',
}

const scripted = {
  accept: 'application/json',
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'cors',
  'sec-fetch-dest': 'empty',
}

/**
 * Makes a {@link Browser}; `from` are cookies to begin with. By default each request has a connection of
 * its own; an `agent` keeps connections, for many requests.
 */
export function createBrowser(
  from: ReadonlyMap<string, string> = new Map(),
  agent: Agent | false = false,
): Browser {
  const cookies = new Map(from)
  const byPath = new Map([['/', cookies]])
  const cookieHeader = (path = '/'): string =>
    [...byPath]
      .filter(([scope]) => path.startsWith(scope))
      .flatMap(([, scoped]) => [...scoped].map(([name, value]) => `${name}=${value}`))
      .join('; ')

  async function open(url: string, request: BrowserRequest = {}): Promise<Page> {
    const { method = 'GET', headers = {}, form, body } = request
    const cookie = cookieHeader(new URL(url).pathname)
    const page = await exchange(
      url,
      method,
      agent,
      {
        ...navigation,
        ...(cookie !== '' && { cookie }),
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
      body ?? (form && new URLSearchParams(form).toString()),
    )
    for (const line of page.headers.getSetCookie()) keepCookie(byPath, line)
    return page
  }

  async function visit(url: string, request: BrowserRequest = {}): Promise<Page> {
    let page = await open(url, request)
    for (let hops = 0; page.headers.has('location'); hops += 1) {
      if (request.stopBefore && follow(page).startsWith(request.stopBefore)) return page
      if (hops === 20) throw new Error(`More than 20 redirects, the last one to ${page.url}`)
      // oxlint-disable-next-line no-await-in-loop -- each redirect comes from the answer before
      page = await open(follow(page))
    }
    return page
  }

  return {
    cookies,
    send: open,
    visit,
    cookieHeader,
    submit: (page, values = {}, request = {}) => {
      const { action, inputs } = readForm(page)
      const { origin } = new URL(page.url)
      const form = { ...inputs, ...values }
      return visit(action, { ...request, method: 'POST', form, headers: { origin } })
    },
    fetch: (url, request = {}) =>
      open(url, { ...request, headers: { ...scripted, ...request.headers } }),
  }
}

// Not `fetch`: it says of every request that a script made it, whatever Fetch Metadata it is given.
function exchange(
  url: string,
  method: string,
  agent: Agent | false,
  headers: Readonly<Record<string, string>>,
  body: string | undefined,
): Promise<Page> {
  return new Promise((resolve, reject) => {
    const sent = Object.entries(headers).filter(([, value]) => value !== '')
    const options = { method, headers: Object.fromEntries(sent), agent }
    const request = send(url, options, (response) => {
      const received = new Headers()
      for (let index = 0; index < response.rawHeaders.length; index += 2) {
        received.append(response.rawHeaders[index] ?? '', response.rawHeaders[index + 1] ?? '')
      }
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => (text += part))
      response.on('error', reject)
      response.on('end', () =>
        resolve({ url, status: response.statusCode ?? 0, headers: received, text }),
      )
    })
    request.on('error', reject)
    request.end(body)
  })
}

/** Where a page's redirect leads. */
export function follow(page: Page): string {
  return new URL(page.headers.get('location') ?? '', page.url).href
}

function keepCookie(byPath: Map<string, Map<string, string>>, line: string): void {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
  const at = pair.indexOf('=')
  const isGone = attributes.some(
    (attribute) =>
      /^max-age=0$/i.test(attribute) ||
      (/^expires=/i.test(attribute) && Date.parse(attribute.slice(8)) < Date.now()),
  )
  const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/'
  const cookies = byPath.get(path) ?? new Map<string, string>()
  byPath.set(path, cookies)
  if (isGone) cookies.delete(pair.slice(0, at))
  else cookies.set(pair.slice(0, at), pair.slice(at + 1))
}

function readForm(page: Page): { action: string; inputs: Record<string, string> } {
  const form = /<form\b([^>]*)>([\s\S]*?)<\/form>/i.exec(page.text)
  if (!form) throw new Error(`No form on ${page.url} (status ${page.status})`)
  const inputs: Record<string, string> = {}
  for (const [tag] of (form[2] ?? '').matchAll(/<input\b[^>]*>/gi)) {
    const name = attribute(tag, 'name')
    if (name !== undefined && attribute(tag, 'type') !== 'submit') {
      inputs[name] = attribute(tag, 'value') ?? ''
    }
  }
  return { action: new URL(attribute(form[1] ?? '', 'action') ?? '', page.url).href, inputs }
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(tag)?.[1]
  return value?.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'")
}
