import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** The package managers that a project can be installed with. */
export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun'

/** All of them. */
export const packageManagers: readonly PackageManager[] = ['npm', 'pnpm', 'yarn', 'bun']

/** Whether a text names one. */
export function isPackageManager(text: string): text is PackageManager {
  return packageManagers.some((name) => name === text)
}

/** The package manager that runs this program, by the name that all of them give themselves. */
export function detectPackageManager(env: NodeJS.ProcessEnv): PackageManager {
  const [name = ''] = (env['npm_config_user_agent'] ?? '').split('/')
  return isPackageManager(name) ? name : 'npm'
}

/** Installs the packages of a project; says whether that worked. Its output is the person's to see. */
export async function install(manager: PackageManager, folder: string): Promise<boolean> {
  // On Windows they are batch files, which only a shell starts.
  const shell = process.platform === 'win32'
  const child = spawn(manager, ['install'], { cwd: folder, stdio: 'inherit', shell })
  const ended = once(child, 'exit').then(([code]) => code === 0)
  return ended.catch(() => false)
}
