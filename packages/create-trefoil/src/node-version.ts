/**
 * What to say to somebody whose Node is older than a demo needs; `undefined` when it will do. The range
 * is the `engines.node` of a demo: `>=` and a version.
 */
export function findNodeProblem(range: string, version: string): string | undefined {
  const needed = range.replace('>=', '')
  const [major = 0, minor = 0] = toNumbers(version)
  const [leastMajor = 0, leastMinor = 0] = toNumbers(needed)
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return undefined
  return `It needs Node ${needed} or newer, and this is ${version}: get one from https://nodejs.org first.`
}

function toNumbers(version: string): number[] {
  return version.split('.').map(Number)
}
