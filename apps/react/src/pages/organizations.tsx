import type { Organization } from '@trefoil/core'
import { useAuth } from '@trefoil/react'
import type { ReactNode } from 'react'
import { Protected } from './protected.tsx'

export function Organizations(): ReactNode {
  return (
    <Protected title="Organizations">
      <List />
      <CreateForm />
    </Protected>
  )
}

function List(): ReactNode {
  const { organization, session } = useAuth()
  return (
    <>
      <p className="lead">
        You are signed in to{' '}
        <strong data-testid="organization">
          {organization ? (
            <>
              {organization.name} <code>{organization.code}</code>
            </>
          ) : (
            'no organization'
          )}
        </strong>
        .
      </p>
      <h2>Your organizations</h2>
      <ul className="rows">
        {session?.organizations.map((each) => (
          <Row key={each.code} {...each} isCurrent={each.code === organization?.code} />
        ))}
      </ul>
    </>
  )
}

// A login like any other: Kinde issues tokens for the other organization.
function Row({ code, name, isCurrent }: Organization & { readonly isCurrent: boolean }): ReactNode {
  const { switchOrganization } = useAuth()
  return (
    <li>
      <span>
        {name} <code>{code}</code>
      </span>
      {isCurrent ? (
        <span className="mark">Current</span>
      ) : (
        <button className="quiet" onClick={() => settle(switchOrganization(code))}>
          Switch<span className="hidden"> to {name ?? code}</span>
        </button>
      )}
    </li>
  )
}

function CreateForm(): ReactNode {
  const { createOrganization } = useAuth()
  const create = (data: FormData): void => {
    const name = data.get('name')
    if (typeof name === 'string') settle(createOrganization({ name }))
  }
  return (
    <>
      <h2>Create an organization</h2>
      <form className="inline" action={create}>
        <label htmlFor="name">Name</label>
        <input id="name" name="name" required maxLength={80} autoComplete="organization" />
        <button>Create</button>
      </form>
    </>
  )
}

// What goes wrong is the `error` of useAuth(), which the layout shows.
function settle(action: Promise<void>): void {
  action.catch(() => undefined)
}
