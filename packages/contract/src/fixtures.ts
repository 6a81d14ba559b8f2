// What adapters need to test whole applications of their frameworks: built once, each served by its own process.
export { isOutdated, madeNames } from './built-fixture.ts'
export { type BuiltSite, type BuiltSiteStart, readMark, signInAt } from './built-site.ts'
export { describeLoad } from './load-cases.ts'
export { describeServers } from './server-cases.ts'
export { describeTime } from './time-cases.ts'
export {
  type Environment,
  type ServerProcess,
  type ServerProcessOptions,
  startServerProcess,
} from './server-process.ts'
export { findFreePort, registerApplication } from './setup.ts'
