import { TrefoilError } from '@trefoil/next'
import type { Metadata } from 'next'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import { fetchUsers, type ListedUser, machine } from '../../../lib/machine.ts'

export const metadata: Metadata = { title: 'Machine to machine' }

export default async function Machine(): Promise<ReactNode> {
  // Not in the build, which has no secret.
  await connection()
  const result = machine && (await fetchUsers(machine).catch(describeFailure))
  return (
    <>
      <h1>Machine to machine</h1>
      {result === undefined && <NotConfigured />}
      {typeof result === 'string' && (
        <p className="notice" role="alert" data-testid="error-message">
          {result}
        </p>
      )}
      {typeof result === 'object' && <Users users={result} />}
    </>
  )
}

function describeFailure(error: unknown): string {
  const message = error instanceof Error ? error.message : 'The call failed.'
  return error instanceof TrefoilError ? `${message} ${error.wayOut}` : message
}

function Users({ users }: { readonly users: readonly ListedUser[] }): ReactNode {
  return (
    <>
      <p className="lead">
        This server asked Kinde's management API with a token of its own. Nobody needs to be signed
        in.
      </p>
      <section data-testid="machine-result">
        <h2>
          {users.length} {users.length === 1 ? 'user' : 'users'}
        </h2>
        <ul className="rows">
          {users.map(({ id, name, organizations }) => (
            <li key={id}>
              <span>{name}</span>
              <span className="mark">
                {organizations} {organizations === 1 ? 'organization' : 'organizations'}
              </span>
            </li>
          ))}
        </ul>
      </section>
    </>
  )
}

function NotConfigured(): ReactNode {
  return (
    <p className="notice" data-testid="machine-result">
      No machine-to-machine application is set. Create one in Kinde with the scope{' '}
      <code>read:users</code> of the management API and set <code>KINDE_M2M_CLIENT_ID</code> and{' '}
      <code>KINDE_M2M_CLIENT_SECRET</code>.
    </p>
  )
}
