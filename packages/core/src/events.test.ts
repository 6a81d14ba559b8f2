import { afterEach, describe, expect, it, vi } from 'vitest'
import { ConfigurationError, TrefoilError } from './errors.ts'
import { type AuthEvent, formatEvent, guardListener, logEvent } from './events.ts'
import { ProviderError } from './provider-error.ts'

describe('the default listener', () => {
  afterEach(() => vi.restoreAllMocks())

  const listen = (): string[] => {
    const lines: string[] = []
    vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line))
    return lines
  }

  it('writes one line for an answer of 500 and above', () => {
    const lines = listen()
    const error = new ProviderError('client_rejected', 'invalid_client')
    logEvent({ type: 'failed', error })
    expect(lines).toEqual([
      expect.stringMatching(/^\[trefoil\] failed: client_rejected \(invalid_client\): The auth/),
    ])
  })

  it('is silent about what visitors do wrong and about what goes well', () => {
    const lines = listen()
    logEvent({ type: 'failed', error: new TrefoilError('transaction_missing') })
    logEvent({ type: 'signed_in', subject: 'kp_1' })
    logEvent({ type: 'refused', error: new TrefoilError('access_denied') })
    expect(lines).toEqual([])
  })

  it('names every problem of a configuration, which a page does not', () => {
    const error = new ConfigurationError(['one is missing.', 'two is wrong.'])
    expect(formatEvent({ type: 'failed', error }, error)).toContain('one is missing. two is wrong.')
  })

  it('CB-20 ER-03 lets no foreign text break out of its line', () => {
    const evil = `a\r\n[trefoil] failed: forged\u001b[31m\u202E${'x'.repeat(1000)}`
    const error = new TrefoilError('provider_unavailable', {
      cause: new Error('outer', { cause: new Error(evil) }),
    })
    const line = formatEvent({ type: 'failed', error }, error)
    expect(line).toContain('"Error: outer" <- "Error: a')
    expect(line).not.toMatch(/\p{Cc}|\p{Cf}/u)
    expect(line.length).toBeLessThan(600)
  })

  it('ends for causes in a circle', () => {
    const cause = new Error('round')
    cause.cause = cause
    const error = new TrefoilError('provider_unavailable', { cause })
    expect(formatEvent({ type: 'failed', error }, error).split(' <- ')).toHaveLength(5)
  })
})

describe('a listener that fails', () => {
  afterEach(() => vi.restoreAllMocks())

  it.each<[string, () => unknown]>([
    ['throws', () => thrown()],
    ['rejects', async () => thrown()],
  ])('and %s breaks nothing, and is reported once', async (_how, fail) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const told: AuthEvent[] = []
    const listener = guardListener((event): unknown => {
      told.push(event)
      return fail()
    })
    for (let round = 0; round < 3; round++) listener({ type: 'signed_in', subject: 'kp_1' })
    await new Promise((resolve) => setTimeout(resolve, 0))
    expect(told).toHaveLength(3)
    expect(log.mock.calls).toEqual([
      [expect.stringMatching(/^\[trefoil\] onEvent failed at signed_in: "TypeError: no log"/)],
    ])
  })
})

function thrown(): never {
  throw new TypeError('no log')
}
