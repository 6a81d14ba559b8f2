import { relative } from 'node:path'
import type { Choices } from './choices.ts'
import { findNodeProblem } from './node-version.ts'

/** What is told once a project is there: what to register, the next two commands, how to run offline. */
export function describeNextSteps(choices: Choices, cwd: string, isInstalled: boolean): string {
  const { demo, folder, issuer } = choices
  const place = relative(cwd, folder) || '.'
  const tooOld = findNodeProblem(demo.node, process.versions.node)
  const sections = [
    `${demo.title} is in ${place}.`,
    [
      describeRegistration(choices),
      issuer === undefined ? describeOffline() : describeFilling(choices),
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
    ...(tooOld === undefined ? [] : [tooOld]),
    `Next:\n${listCommands(choices, place, isInstalled)}`,
    ...(demo.callsApi ? [describeApi(choices)] : []),
    `Something does not work? In the project's folder: npx create-trefoil@latest doctor`,
  ]
  return `\n${sections.join('\n\n')}\n`
}

function listCommands(
  { demo, packageManager }: Choices,
  place: string,
  isInstalled: boolean,
): string {
  const run = `${packageManager} run ${demo.script}`
  const go = place === '.' ? [] : [`cd ${quote(place)}`]
  const first = [...go, ...(isInstalled ? [] : [`${packageManager} install`])].join(' && ')
  return [first, run]
    .filter((command) => command !== '')
    .map((command) => `  ${command}`)
    .join('\n')
}

function quote(path: string): string {
  return /^[\w./\\-]+$/.test(path) ? path : `"${path}"`
}

function describeRegistration({
  demo: { kind, callbackUrl = '', logoutUrl = '' },
}: Choices): string {
  if (kind === 'api') {
    return 'At Kinde, register an API with the audience that KINDE_AUDIENCE names in .env.'
  }
  if (kind === 'machine') {
    return 'At Kinde, create a "Machine to machine" application and authorize it for the APIs that .env names.'
  }
  const name = kind === 'backend' ? 'Back-end web' : 'Front-end and mobile'
  return [
    `At Kinde, create a "${name}" application and register:`,
    `  Allowed callback URL          ${callbackUrl}`,
    `  Allowed logout redirect URL   ${logoutUrl}`,
    `  Origin (application URL)      ${new URL(callbackUrl).origin}`,
  ].join('\n')
}

function describeOffline(): string {
  return [
    'Without an account, .env is filled in for the local Kinde, which knows these URLs already.',
    'Run it in a second terminal, offline as well once it is installed, and sign in as owner@example.com with the',
    'password trefoil:',
    '  npx @trefoil/issuer',
  ].join('\n')
}

function describeApi({ packageManager }: Choices): string {
  const options = packageManager === 'npm' ? '-- --framework api' : '--framework api'
  return `Its reports come from an API, which is a demo too:\n  ${packageManager} create trefoil reports-api ${options}`
}

function describeFilling({ demo, clientId }: Choices): string {
  const names = Object.keys(demo.localEnvironment).filter(
    (name) => clientId === undefined || !/^KINDE_(M2M_)?CLIENT_ID$/.test(name),
  )
  const filling = names.length > 0 ? `Put into .env: ${names.join(', ')}.\n` : ''
  return `${filling}To run it without an account instead, create it without --issuer and run npx @trefoil/issuer.`
}
