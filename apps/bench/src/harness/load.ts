import { Agent, request } from 'node:http'

/** One request that a load repeats, and who its answer must name (null: nobody). */
export interface Shot {
  readonly headers: Readonly<Record<string, string>>
  readonly user: string | null
}

/** Sends requests over connections that stay open. */
export interface Load {
  /** Sends `count` requests, the shots in turn; rejects when one answer is not what it must be. */
  send(shots: readonly Shot[], count: number): Promise<void>
  close(): void
}

// Enough that the server is never idle, few enough that nothing queues.
const connections = 4

/**
 * Makes a {@link Load} of GET requests to a URL that answers `{ user }`, as REST or as GraphQL does, or what
 * `fits` knows.
 */
export function createLoad(
  url: URL,
  fits: (body: string, user: string | null) => boolean = isAnswer,
): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  // Each list goes on where it stopped, so that none comes round before all of it was sent.
  const positions = new Map<readonly Shot[], number>()

  return {
    async send(shots, count) {
      let left = count
      const lane = async (): Promise<void> => {
        while (left-- > 0) {
          const position = positions.get(shots) ?? 0
          positions.set(shots, position + 1)
          const shot = shots[position % shots.length]
          if (shot) await fire(url, agent, shot, fits)
        }
      }
      await Promise.all(Array.from({ length: connections }, lane))
    },
    close: () => agent.destroy(),
  }
}

function fire(
  url: URL,
  agent: Agent,
  { headers, user }: Shot,
  fits: (body: string, user: string | null) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, headers: { ...headers } }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        body += chunk
      })
      response.on('error', reject)
      response.on('end', () => {
        if (response.statusCode === 200 && fits(body.trimEnd(), user)) resolve()
        else
          reject(
            new Error(`expected ${String(user)}, got ${response.statusCode} ${body.slice(0, 200)}`),
          )
      })
    })
    sent.on('error', (error) => {
      // A server closes a connection that was idle for long, maybe in the moment in which it is used again.
      const isStale = sent.reusedSocket && 'code' in error && error.code === 'ECONNRESET'
      if (isStale) resolve(fire(url, agent, { headers, user }, fits))
      else reject(error)
    })
    sent.end()
  })
}

function isAnswer(body: string, user: string | null): boolean {
  return body === JSON.stringify({ user }) || body === JSON.stringify({ data: { user } })
}
