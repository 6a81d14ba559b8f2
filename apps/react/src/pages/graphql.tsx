import { useAccessToken } from '@trefoil/react'
import { type ReactNode, useMemo } from 'react'
import { Client, type CombinedError, fetchExchange, gql, Provider, useQuery } from 'urql'
import { ReportTable } from '../report-table.tsx'
import type { Report } from '../reports.ts'
import { Protected } from './protected.tsx'

interface Answer {
  readonly me: { readonly subject: string; readonly permissions: readonly string[] } | null
  /** Null for who may not read them; the rest of the answer is there all the same. */
  readonly reports: readonly Report[] | null
}

const query = gql<Answer>`
  {
    me {
      subject
      permissions
    }
    reports {
      id
      title
      period
      total
    }
  }
`

export function Graphql({ apiUrl }: { readonly apiUrl: string }): ReactNode {
  return (
    <Protected title="GraphQL">
      <Connected apiUrl={apiUrl} />
    </Protected>
  )
}

function Connected({ apiUrl }: { readonly apiUrl: string }): ReactNode {
  const { fetch } = useAccessToken()
  const client = useMemo(
    () =>
      new Client({
        url: new URL('/graphql/apollo', apiUrl).href,
        // Nothing is kept, so that no answer outlives whom it was for.
        exchanges: [fetchExchange],
        preferGetMethod: false,
        // It attaches the access token, renews it first when that is due, and sends it nowhere else.
        fetch: async (target, init) => fetch(target instanceof Request ? target.url : target, init),
      }),
    [apiUrl, fetch],
  )
  return (
    <Provider value={client}>
      <Loaded />
    </Provider>
  )
}

function Loaded(): ReactNode {
  const [{ data, error, fetching }] = useQuery({ query })
  if (fetching) return <p role="status">Asking the API by GraphQL…</p>
  return (
    <>
      {data?.me && (
        <p>
          The API knows you as <code data-testid="graphql-subject">{data.me.subject}</code>.
        </p>
      )}
      {error && <Failed error={error} />}
      {data?.reports && <ReportTable reports={data.reports} />}
    </>
  )
}

function Failed({ error }: { readonly error: CombinedError }): ReactNode {
  const [denied] = error.graphQLErrors
  const code = denied?.extensions['code']
  return (
    <>
      <p className="notice" role="alert" data-testid="error-message">
        {denied?.message ?? 'The API does not answer. Try again.'}
      </p>
      {typeof code === 'string' && (
        <p className="fine">
          Error code: <code data-testid="error-code">{code}</code>
        </p>
      )}
    </>
  )
}
