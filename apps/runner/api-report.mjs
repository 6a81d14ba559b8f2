// Writes the API report of every public package anew. Needs a build.
import { writeReports } from './src/api-report.mjs'
import { listPublicPackages } from './src/tarball.mjs'

const changed = writeReports(listPublicPackages())
for (const file of changed) console.log(file)
console.log(changed.length === 0 ? 'Every API report is as built.' : 'Look at the differences.')
