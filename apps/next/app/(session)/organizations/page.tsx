import type { Organization } from '@trefoil/next'
import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { OrganizationName } from '../../../components/organization-name.tsx'
import { auth } from '../../../lib/auth.ts'

export const metadata: Metadata = { title: 'Organizations' }

export default async function Organizations(): Promise<ReactNode> {
  const { organization, organizations } = await auth.require()
  return (
    <>
      <h1>Organizations</h1>
      <p className="lead">
        You are signed in to{' '}
        <strong data-testid="organization">
          {organization ? <OrganizationName {...organization} /> : 'no organization'}
        </strong>
        .
      </p>
      <h2>Your organizations</h2>
      <ul className="rows">
        {organizations.map((each) => (
          <Row key={each.code} {...each} isCurrent={each.code === organization?.code} />
        ))}
      </ul>
      <CreateForm />
    </>
  )
}

// A login like any other: Kinde issues tokens for the other organization.
function Row({ code, name, isCurrent }: Organization & { readonly isCurrent: boolean }): ReactNode {
  return (
    <li>
      <span>
        <OrganizationName code={code} name={name} />
      </span>
      {isCurrent ? (
        <span className="mark">Current</span>
      ) : (
        <form action="/auth/switch-organization">
          <input type="hidden" name="org_code" value={code} />
          <input type="hidden" name="returnTo" value="/organizations" />
          <button className="quiet">
            Switch<span className="hidden"> to {name ?? code}</span>
          </button>
        </form>
      )}
    </li>
  )
}

function CreateForm(): ReactNode {
  return (
    <>
      <h2>Create an organization</h2>
      <form className="inline" action="/auth/create-organization">
        <input type="hidden" name="returnTo" value="/organizations" />
        <label htmlFor="org_name">Name</label>
        <input id="org_name" name="org_name" required maxLength={80} autoComplete="organization" />
        <button>Create</button>
      </form>
    </>
  )
}
