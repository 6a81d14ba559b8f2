import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { detectPackageManager, install } from '../src/package-manager.ts'

const folders: string[] = []
afterEach(() => {
  vi.unstubAllEnvs()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'create-trefoil-')))
  folders.push(folder)
  return folder
}

describe('the package manager', () => {
  it.each([
    ['npm/11.2.0 node/v24.21.0 linux x64', 'npm'],
    ['pnpm/12.21.0 npm/? node/v24.21.0', 'pnpm'],
    ['yarn/4.6.0 npm/? node/v24.21.0', 'yarn'],
    ['bun/1.3.0 npm/? node/v24.3.0', 'bun'],
    ['cargo/1.0', 'npm'],
    [undefined, 'npm'],
  ])('that calls itself %s is %s', (agent, name) => {
    expect(detectPackageManager({ npm_config_user_agent: agent })).toBe(name)
  })

  it.skipIf(process.platform === 'win32')('is run in the folder, and its end counts', async () => {
    const [place, folder] = [makeFolder(), makeFolder()]
    for (const [name, code] of Object.entries({ pnpm: 0, yarn: 3 })) {
      const script = `#!/bin/sh\necho "$1 in $(pwd)" > "${join(place, name)}.txt"\nexit ${code}\n`
      writeFileSync(join(place, name), script, { mode: 0o755 })
    }
    vi.stubEnv('PATH', `${place}${delimiter}${process.env['PATH']}`)

    expect(await install('pnpm', folder)).toBe(true)
    expect(await install('yarn', folder)).toBe(false)
    expect(readFileSync(join(place, 'pnpm.txt'), 'utf8')).toBe(`install in ${folder}\n`)
  })

  it.skipIf(process.platform === 'win32')('that is not there installs nothing', async () => {
    vi.stubEnv('PATH', makeFolder())

    expect(await install('bun', makeFolder())).toBe(false)
  })
})
