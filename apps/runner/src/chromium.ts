import { existsSync } from 'node:fs'

const system = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Where a Chromium is: the one that `CHROMIUM_PATH` names, Playwright's `own`, or the system's. */
export function findChromium(own: string): string | undefined {
  return [process.env['CHROMIUM_PATH'], own, ...system].find((path) => path && existsSync(path))
}

/** How Playwright starts that. `own` is its `chromium.executablePath()`. */
export function launchOptions(own: string): { executablePath?: string; args: string[] } {
  const found = findChromium(own)
  return {
    // Left out for its own, of which it has a smaller one for runs without a window.
    ...(found !== undefined && found !== own && { executablePath: found }),
    // Chromium's sandbox does not start for root.
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--no-first-run',
    ],
  }
}
