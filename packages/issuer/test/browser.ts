/** A page as it came. */
export interface Page {
  readonly url: string
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

interface Cookie {
  readonly name: string
  readonly path: string
  readonly value: string
}

/** A browser as small as the tests need it: cookies with their paths, redirects and forms. */
export class Browser {
  #cookies: Cookie[] = []

  /** One request; redirects are not followed. */
  async send(url: string, init: RequestInit = {}): Promise<Page> {
    const headers = new Headers(init.headers)
    const cookie = this.#header(new URL(url).pathname)
    if (cookie !== '') headers.set('cookie', cookie)
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) this.#keep(line, url)
    return { url, status: response.status, headers: response.headers, text: await response.text() }
  }

  /** Goes to a page, following redirects as long as they stay on its origin. */
  async visit(url: string, init?: RequestInit): Promise<Page> {
    let page = await this.send(url, init)
    for (;;) {
      const target = locationOf(page)
      if (target?.origin !== new URL(url).origin) return page
      // oxlint-disable-next-line no-await-in-loop -- each redirect comes from the answer before
      page = await this.send(target.href)
    }
  }

  /** Sends a form to the page's own URL, as the issuer's pages do. */
  submit(page: Page, fields: Readonly<Record<string, string>>): Promise<Page> {
    const headers = { origin: new URL(page.url).origin }
    return this.visit(page.url, { method: 'POST', headers, body: new URLSearchParams(fields) })
  }

  /** A second browser with the same cookies. */
  copy(): Browser {
    const other = new Browser()
    other.#cookies = [...this.#cookies]
    return other
  }

  #header(pathname: string): string {
    return this.#cookies
      .filter(({ path }) => pathname === path || pathname.startsWith(path.replace(/\/?$/, '/')))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
  }

  #keep(line: string, url: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
    const read = (name: string): string | undefined =>
      attributes.find((text) => text.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1)
    const at = pair.indexOf('=')
    const cookie = {
      name: pair.slice(0, at),
      path: read('path') ?? new URL(url).pathname,
      value: pair.slice(at + 1),
    }
    const isSame = ({ name, path }: Cookie): boolean => name === cookie.name && path === cookie.path
    this.#cookies = this.#cookies.filter((other) => !isSame(other))
    const expires = read('expires')
    if (expires === undefined || Date.parse(expires) > Date.now()) this.#cookies.push(cookie)
  }
}

/** Where a page redirects to. */
export function locationOf({ headers, url }: Page): URL | undefined {
  const location = headers.get('location')
  return location === null ? undefined : new URL(location, url)
}
