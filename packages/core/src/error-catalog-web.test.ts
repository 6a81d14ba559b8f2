import { describe, expect, it, vi } from 'vitest'
import { errorTexts } from './error-catalog-web.ts'
import { frontendTexts } from './error-texts-frontend.ts'

vi.mock('#error-catalog', async () => import('./error-catalog-web.ts'))
const { addErrorTexts, TrefoilError } = await import('./errors.ts')

describe('the errors of a browser', () => {
  it('say what they know, and the rest when it was loaded', () => {
    expect(new TrefoilError('provider_unavailable')).toMatchObject(
      errorTexts['provider_unavailable'] ?? {},
    )
    const early = new TrefoilError('organization_mismatch')
    expect([early.code, early.title]).toEqual(['organization_mismatch', 'organization_mismatch'])
    addErrorTexts(frontendTexts)
    expect(early.title).toBe(frontendTexts.organization_mismatch.title)
    expect(new TrefoilError('organization_mismatch')).toMatchObject(
      frontendTexts.organization_mismatch,
    )
  })
})
