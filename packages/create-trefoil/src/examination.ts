import { checkApp } from './app-check.ts'
import { checkApplication, checkMachine } from './application-check.ts'
import { checkCallback } from './callback-check.ts'
import type { BackendOptions } from '@trefoil/core/backend'
import type { Finding } from './finding.ts'
import type { Project } from './project.ts'
import { checkProvider } from './provider-check.ts'
import {
  backendOptions,
  checkSettings,
  frontendOptions,
  providerOptions,
  readIssuer,
} from './settings-check.ts'

/**
 * Looks at a project: its settings first, then the authorization server, the application there and the
 * running app, each as far as what came before allows. It changes nothing.
 *
 * @example
 * const callbackPath = '/auth/callback'
 * const findings = await examine({ kind: 'backend', env: process.env, preset: 'kinde', callbackPath })
 */
export async function examine(project: Project): Promise<Finding[]> {
  const settings = checkSettings(project)
  const areComplete = settings.every(({ status }) => status !== 'problem')
  const issuer = readIssuer(project)
  const provider = issuer === undefined ? [] : await askProvider(project, issuer, areComplete)
  const app = project.app && areComplete ? await checkApp(project, project.app) : []
  return [...settings, ...provider, ...app]
}

async function askProvider(
  project: Project,
  issuer: string,
  areComplete: boolean,
): Promise<Finding[]> {
  const options = chooseOptions(project, areComplete)
  const { findings, provider } = await checkProvider(project, issuer, options)
  if (!provider || !areComplete) return findings
  const { kind, env } = project
  const signIn = kind === 'backend' || kind === 'frontend'
  const application = signIn && (await checkApplication(project, provider))
  const isMachine = kind === 'machine' || (kind === 'backend' && env['KINDE_M2M_CLIENT_ID']?.trim())
  return [
    ...findings,
    ...(application ? application.findings : []),
    ...(application ? [await checkCallback(project, provider, application.isKnown)] : []),
    ...(isMachine ? [await checkMachine(project, issuer)] : []),
  ]
}

function chooseOptions(project: Project, areComplete: boolean): BackendOptions {
  if (areComplete && project.kind === 'backend') return backendOptions(project)
  return areComplete && project.kind === 'frontend'
    ? frontendOptions(project)
    : providerOptions(project)
}
