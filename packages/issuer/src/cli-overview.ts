import { randomBytes } from 'node:crypto'
import type { Application, Seed, User } from './seed.ts'

/**
 * What is printed once the issuer runs: where it is, whom to sign in as, what is registered, and all
 * that the quick start, or else the first back-end application, needs in its environment, with a fresh session secret.
 */
export function formatOverview(url: string, seed: Seed): string {
  const { users, applications } = seed
  const backend =
    applications.find(({ id }) => id === 'quick-start') ??
    applications.find(({ kind }) => kind === 'backend')
  const sections = [
    `Local Kinde at ${url}`,
    users.length > 0 && formatTable([['Sign in as', 'Password', 'Who'], ...users.map(listUser)]),
    applications.length > 0 &&
      formatTable([
        ['Application', 'Kind', 'Secret and callback URLs'],
        ...applications.flatMap(listApplication),
      ]),
    backend && `In the .env of a back-end app:\n${formatEnvironment(url, backend)}`,
    'Ctrl-C stops it.',
  ]
  const blocks = sections.filter((section) => typeof section === 'string')
  return `\n${blocks.map(indent).join('\n\n')}\n`
}

function listUser({ email, password, givenName, familyName, memberships }: User): string[] {
  const places = memberships.map(
    ({ organization, roles }) => `${roles.join(' and ') || 'no role'} in ${organization}`,
  )
  return [email, password, [`${givenName} ${familyName}`, ...places].join(', ')]
}

function listApplication({ id, kind, secret, callbackUrls }: Application): string[][] {
  const [first = '', ...others] = [...(secret === undefined ? [] : [secret]), ...callbackUrls]
  return [[id, kind, first], ...others.map((text) => ['', '', text])]
}

function formatEnvironment(url: string, { id, secret = '', callbackUrls }: Application): string {
  const site = new URL(callbackUrls[0] ?? 'http://localhost:3000').origin
  return [
    `KINDE_ISSUER_URL=${url}`,
    `KINDE_CLIENT_ID=${id}`,
    `KINDE_CLIENT_SECRET=${secret}`,
    `KINDE_SITE_URL=${site}`,
    `TREFOIL_SECRET=${randomBytes(32).toString('base64')}`,
  ].join('\n')
}

function formatTable(rows: readonly (readonly string[])[]): string {
  const [header = []] = rows
  const widths = header.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)))
  return rows
    .map((row) => row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n')
}

function indent(block: string): string {
  return block.replaceAll(/^(?=.)/gm, '  ')
}
