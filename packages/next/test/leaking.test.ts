import { expect, it } from 'vitest'
import { buildFixture } from './fixtures.ts'

it(
  'CF-04 MM-08 a build fails that brings the server entry to a browser, and says why',
  { timeout: 240_000 },
  () => {
    const { status, output } = buildFixture('leaking', 'next')
    expect(status).not.toBe(0)
    expect(output).toMatch(/server-only/)
    expect(output).toMatch(/Client Component/)
  },
)
