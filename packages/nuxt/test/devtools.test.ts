import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fixture } from './fixtures.ts'
import { startSite } from './site.ts'

it('a site that is built has no tab of the devtools, whoever asks', async () => {
  const site = await startSite('app')
  try {
    const page = await (await site.signIn()).send(`${site.url}/__trefoil`)
    expect(page.status).toBe(404)
    expect(page.text).not.toContain('<h2>Pages</h2>')
  } finally {
    await site.close()
  }
  const folder = join(fixture('app'), '.output/server')
  const code = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.mjs') && !name.includes('node_modules'))
  expect(code.length).toBeGreaterThan(3)
  for (const name of code) expect(readFileSync(join(folder, name), 'utf8')).not.toMatch(/__trefoil/)
})
