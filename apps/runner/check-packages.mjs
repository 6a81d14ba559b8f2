// Packs every public package and looks at it as a user of npm gets it. Needs a build.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { checkReports } from './src/api-report.mjs'
import { importEntries, installTarballs } from './src/install-check.mjs'
import { packageChecks } from './src/package-checks.mjs'
import { listPublicPackages, pack } from './src/tarball.mjs'

const folder = mkdtempSync(join(tmpdir(), 'trefoil-packages-'))
try {
  process.exitCode = (await checkAll()) ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function checkAll() {
  const results = []
  const tarballs = []
  for (const source of listPublicPackages()) {
    const tarball = await pack(source, join(folder, basename(source)))
    tarballs.push(tarball)
    const { name } = tarball.manifest
    results.push(report(name, 'API report', checkReports(source)))
    for (const { title, check, only } of packageChecks) {
      if (only && !only.includes(name)) continue
      results.push(report(name, title, await check(tarball)))
    }
  }
  const target = mkdtempSync(join(folder, 'install-'))
  results.push(report('all packages', 'npm install', await installTarballs(tarballs, target)))
  for (const tarball of tarballs) {
    results.push(report(tarball.manifest.name, 'import', await importEntries(tarball, target)))
  }
  return results.every(Boolean)
}

/**
 * @param {string} name
 * @param {string} title
 * @param {readonly string[]} problems
 */
function report(name, title, problems) {
  const mark = problems.length === 0 ? 'ok  ' : 'FAIL'
  console.log(`${mark}  ${name.padEnd(18)}  ${title}`)
  for (const problem of problems) console.log(`      ${problem}`)
  return problems.length === 0
}
