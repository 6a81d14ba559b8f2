import { beforeEach, describe, expect, it } from 'vitest'
import { TrefoilError } from '../errors.ts'
import { withBreaker } from './breaker.ts'
import { type Http, StatusError, withRetry } from './http.ts'

async function down(): Promise<Response> {
  throw new TrefoilError('provider_unavailable', { cause: new StatusError(503) })
}

async function up(): Promise<Response> {
  return new Response('fine')
}

describe('a breaker', () => {
  let now: number
  let sent: number
  let answer: () => Promise<Response>
  let http: Http
  beforeEach(() => {
    now = 0
    sent = 0
    answer = down
    http = withBreaker(
      async () => {
        sent++
        return answer()
      },
      () => now,
    )
  })

  const call = async (): Promise<string> =>
    http('https://issuer.test').then(
      async (response) => response.text(),
      (error: TrefoilError) => `${error.code} ${error.headers['retry-after'] ?? ''}`.trim(),
    )

  async function failThrice(): Promise<void> {
    for (let round = 0; round < 3; round++) await call()
  }

  it('LD-03 sends nothing more after three failures in a row, and says when to come again', async () => {
    await failThrice()
    expect(await call()).toBe('provider_unavailable 5')
    expect(sent).toBe(3)
  })

  it('LD-03 fails at once also for those who would try again', async () => {
    await failThrice()
    const start = performance.now()
    await expect(withRetry(async () => http('https://issuer.test'))).rejects.toMatchObject({
      code: 'provider_unavailable',
    })
    expect(performance.now() - start).toBeLessThan(100)
    expect(sent).toBe(3)
  })

  it('LD-03 lets one request look after five seconds, and the others wait for it', async () => {
    await failThrice()
    now += 5_000
    const pending: ((response: Response) => void)[] = []
    answer = () => new Promise((resolve) => pending.push(resolve))
    const first = call()
    expect(await call()).toBe('provider_unavailable 5')
    expect(sent).toBe(4)
    pending[0]?.(new Response('fine'))
    answer = up
    expect(await first).toBe('fine')
    expect(await call()).toBe('fine')
  })

  it('stays open when the one that looked failed', async () => {
    await failThrice()
    now += 5_000
    await call()
    expect(await call()).toBe('provider_unavailable 5')
    expect(sent).toBe(4)
  })

  it('forgets failures that are not in a row', async () => {
    await call()
    await call()
    answer = up
    await call()
    answer = down
    await call()
    await call()
    expect(sent).toBe(5)
  })

  it('forgets failures when the server answers in between, even badly', async () => {
    const unavailable = 'provider_unavailable'
    const bad = [
      new TrefoilError(unavailable, { cause: new StatusError(429) }),
      new TrefoilError('provider_response_invalid'),
      Object.assign(new Error('broken'), { code: unavailable, headers: {} }),
    ]
    for (const error of bad) {
      answer = down
      await call()
      await call()
      answer = async () => {
        throw error
      }
      await call()
    }
    answer = up
    expect(await call()).toBe('fine')
  })

  it('LD-03 says whether it is closed', async () => {
    const guarded = withBreaker(down, () => now)
    const closed = [guarded.isClosed()]
    for (let round = 0; round < 3; round++) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the case
      await guarded('https://issuer.test').catch(() => undefined)
      closed.push(guarded.isClosed())
    }
    expect(closed).toEqual([true, true, true, false])
  })

  it('takes a server that asks to slow down, or answers badly, for one that is up', async () => {
    answer = async () => {
      throw new TrefoilError('provider_unavailable', { cause: new StatusError(429) })
    }
    await failThrice()
    answer = async () => {
      throw new TrefoilError('provider_response_invalid')
    }
    await failThrice()
    answer = up
    expect(await call()).toBe('fine')
  })

  it('LD-04 has at most 256 requests under way', async () => {
    const pending: ((response: Response) => void)[] = []
    answer = () => new Promise((resolve) => pending.push(resolve))
    const calls = Array.from({ length: 256 }, call)
    expect(await call()).toBe('provider_unavailable 5')
    for (const resolve of pending) resolve(new Response('fine'))
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['fine']))
    answer = up
    expect(await call()).toBe('fine')
  })
})
