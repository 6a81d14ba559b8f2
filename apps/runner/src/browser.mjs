import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { findChromium } from './chromium.ts'
import { root, run } from './command.mjs'

/**
 * Sees to it that the unit tests of a browser and the end-to-end specs find a Chromium: the one that `CHROMIUM_PATH` names,
 * Playwright's own or the system's; else it is installed.
 * @returns {Promise<boolean>} whether there is one
 */
export async function ensureBrowser() {
  if (hasBrowser()) return true
  console.log('No Chromium found; fetching one …')
  await run('pnpm', ['--filter', 'e2e', 'exec', 'playwright', 'install', 'chromium'])
  if (hasBrowser()) return true
  // Where Playwright's downloads cannot be reached, Debian's may.
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) await installFromDebian()
  return hasBrowser()
}

function hasBrowser() {
  const own = createRequire(join(root, 'apps/e2e/package.json'))('@playwright/test')
  return findChromium(own.chromium.executablePath()) !== undefined
}

async function installFromDebian() {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['update', '-qq'], { env })
  // The fonts, or pages and screenshots of a bare system show no text.
  const packages = ['chromium', 'fonts-dejavu-core']
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env })
}
