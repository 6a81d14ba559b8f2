import { beforeEach, describe, expect, it, vi } from 'vitest'
import { errorTexts } from './error-catalog-web.ts'
import { frontendTexts } from './error-texts-frontend.ts'
import { sessionTexts } from './error-texts-session.ts'

vi.mock('#error-catalog', async () => import('./error-catalog-web.ts'))
// What one page has loaded, another has not.
beforeEach(() => void vi.resetModules())

describe('the errors of a browser', () => {
  it('say what they know, and the rest when it was loaded', async () => {
    const { addErrorTexts, TrefoilError } = await import('./errors.ts')
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

  it('say what a page can need whose session a server holds', async () => {
    const { TrefoilError } = await import('./errors.ts')
    const { createServerSessionStore } = await import('./server-session-store.ts')
    createServerSessionStore({ session: null })
    expect(new TrefoilError('access_denied')).toMatchObject(sessionTexts.access_denied)
  })

  it('say why there is no access token, whoever made the store', async () => {
    const { refusedAccess } = await import('./page-access.ts')
    const { title, status } = sessionTexts.feature_unavailable
    await expect(refusedAccess.getAccessToken()).rejects.toMatchObject({ title, status })
  })
})
