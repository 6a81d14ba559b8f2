import { afterAll, beforeEach, type TestContext } from 'vitest'
import type { Site } from '../src/site.ts'

/** Starts a site for the tests of a block, at the first of them; gives it, while a test runs. */
export function useSite(start: (context: TestContext) => Promise<Site>): () => Site {
  let site: Site | undefined
  beforeEach(async (context) => {
    site ??= await start(context)
  })
  afterAll(async () => site?.close())
  return () => {
    if (!site) throw new Error('The site has not been started.')
    return site
  }
}
