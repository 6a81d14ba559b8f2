import { TrefoilError } from '@trefoil/core'
import { createMachineApp, type MachineApp } from '@trefoil/core/machine'

/** A user as this demo shows one on a public page: no e-mail address. */
export interface ListedUser {
  readonly id: string
  readonly name: string
  readonly organizations: number
}

let app: MachineApp | undefined

/** The app that may call Kinde's management API; absent when no M2M client is set. */
export function useMachineApp(): MachineApp | undefined {
  if (!process.env['KINDE_M2M_CLIENT_ID'] || !URL.canParse(readIssuer())) return undefined
  app ??= createMachineApp({
    audience: process.env['KINDE_M2M_AUDIENCE'] || `${readIssuer()}/api`,
    scope: 'read:users',
  })
  return app
}

/** Asks Kinde's management API for the first users, in the name of this server; null where it may not. */
export async function fetchUsers(): Promise<ListedUser[] | null> {
  const machine = useMachineApp()
  if (!machine) return null
  const response = await request(machine)
  if (!response.ok) {
    throw trouble(
      `The management API answered with status ${response.status}. Does the M2M application have the scope read:users?`,
    )
  }
  const body: unknown = await response.json()
  return readList(body).map(toListedUser)
}

async function request(machine: MachineApp): Promise<Response> {
  try {
    const url = `${readIssuer()}/api/v1/users?page_size=10&expand=organizations`
    return await machine.fetch(url, { headers: { accept: 'application/json' } })
  } catch (cause) {
    if (!(cause instanceof TrefoilError)) throw cause
    throw trouble(`${cause.message} ${cause.wayOut}`, cause)
  }
}

function trouble(message: string, cause?: unknown): Error {
  return createError({ status: 502, statusText: 'Bad Gateway', message, cause })
}

function readList(body: unknown): unknown[] {
  const isObject = typeof body === 'object' && body !== null
  if (isObject && 'users' in body && Array.isArray(body.users)) return body.users
  throw trouble('The management API gave an unusable answer.')
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
