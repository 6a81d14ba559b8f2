/** A request that came in. */
export interface IssuerRequest {
  readonly method: string
  readonly path: string
  /** The status of the answer; 0 until there is one. */
  readonly status: number
  /** The `grant_type` of a token request. */
  readonly grantType?: string
  /** The client that the request names. */
  readonly clientId?: string
}

/** Answers in the issuer's place, or lets the request through with `undefined`. */
export type Interceptor = (request: Request) => Response | undefined | Promise<Response | undefined>

const mostKept = 10_000

/** What came in, in order; the oldest are forgotten after ten thousand. */
export class RequestLog {
  readonly entries: IssuerRequest[] = []

  /** Notes a request and returns what notes its status. */
  add(request: Request, form: URLSearchParams): (status: number) => void {
    const url = new URL(request.url)
    const grantType = form.get('grant_type')
    const clientId =
      form.get('client_id') ?? url.searchParams.get('client_id') ?? readBasic(request)
    const entry = {
      method: request.method,
      path: url.pathname,
      status: 0,
      ...(grantType !== null && { grantType }),
      ...(clientId !== undefined && { clientId }),
    }
    this.entries.push(entry)
    if (this.entries.length > mostKept) this.entries.shift()
    return (status) => {
      entry.status = status
    }
  }
}

/** The handlers that may answer in the issuer's place, in the order they were added. */
export class Interceptors {
  readonly #handlers = new Set<{ readonly handle: Interceptor }>()

  /** Adds a handler and returns what removes it. */
  add(handle: Interceptor): () => void {
    const entry = { handle }
    this.#handlers.add(entry)
    return () => {
      this.#handlers.delete(entry)
    }
  }

  async answer(request: Request): Promise<Response | undefined> {
    for (const { handle } of this.#handlers) {
      // oxlint-disable-next-line no-await-in-loop -- the first that answers is the one
      const response = await handle(request.clone())
      if (response) return response
    }
    return undefined
  }
}

function readBasic(request: Request): string | undefined {
  const [scheme, credentials = ''] = (request.headers.get('authorization') ?? '').split(' ')
  if (scheme?.toLowerCase() !== 'basic') return undefined
  const [id = ''] = Buffer.from(credentials, 'base64').toString().split(':')
  return URL.canParse(`x:${id}`) ? safeDecode(id) : undefined
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
