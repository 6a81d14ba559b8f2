import { createMachineApp, type MachineApp } from '@trefoil/next'
import { issuer } from './settings.ts'

const base = issuer.replace(/\/$/, '')

/** The app that may call Kinde's management API; absent when no M2M client is set. */
export const machine: MachineApp | undefined =
  process.env['KINDE_M2M_CLIENT_ID'] && base
    ? createMachineApp({
        audience: process.env['KINDE_M2M_AUDIENCE'] || `${base}/api`,
        scope: 'read:users',
      })
    : undefined

/** A user as this demo shows one on a public page: no e-mail address. */
export interface ListedUser {
  readonly id: string
  readonly name: string
  readonly organizations: number
}

/** Asks Kinde's management API for the first users, in the name of this server. */
export async function fetchUsers(app: MachineApp): Promise<ListedUser[]> {
  const response = await app.fetch(`${base}/api/v1/users?page_size=10&expand=organizations`, {
    headers: { accept: 'application/json' },
  })
  if (!response.ok) {
    throw new Error(
      `The management API answered with status ${response.status}. Does the M2M application have the scope read:users?`,
    )
  }
  const body: unknown = await response.json()
  return readList(body).map(toListedUser)
}

function readList(body: unknown): unknown[] {
  const isObject = typeof body === 'object' && body !== null
  if (isObject && 'users' in body && Array.isArray(body.users)) return body.users
  throw new Error('The management API gave an unusable answer.')
}

function toListedUser(value: unknown): ListedUser {
  const user: Record<string, unknown> = { ...(typeof value === 'object' && value) }
  const names = [user['first_name'], user['last_name']].filter((name) => typeof name === 'string')
  const organizations = user['organizations']
  return {
    id: String(user['id']),
    name: names.join(' ') || 'No name',
    organizations: Array.isArray(organizations) ? organizations.length : 0,
  }
}
