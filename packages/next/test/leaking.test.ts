import { expect, it } from 'vitest'
import { buildFixture } from './fixtures.ts'

it.each(['next', 'next15'] as const)(
  'CF-04 MM-08 a build of %s fails that brings the server entry to a browser, and says why',
  { timeout: 240_000 },
  (version) => {
    const { status, output } = buildFixture('leaking', version)
    expect(status).not.toBe(0)
    expect(output).toMatch(/server-only/)
    expect(output).toMatch(/(Client|Server) Component/)
  },
)
