import { useAccessToken } from '@trefoil/react'
import { type ReactNode, useEffect, useState } from 'react'
import { fetchReports, type Report, ReportsError } from '../reports.ts'
import { Protected } from './protected.tsx'

export function Reports({ apiUrl }: { readonly apiUrl: string }): ReactNode {
  return (
    <Protected title="Reports" require={{ permissions: ['read:reports'] }}>
      <Loaded apiUrl={apiUrl} />
    </Protected>
  )
}

type Result = readonly Report[] | ReportsError

function Loaded({ apiUrl }: { readonly apiUrl: string }): ReactNode {
  const { fetch } = useAccessToken()
  const [result, setResult] = useState<Result>()
  useEffect(() => {
    const leaving = new AbortController()
    const show = (next: Result): void => {
      if (!leaving.signal.aborted) setResult(next)
    }
    fetchReports(apiUrl, fetch, leaving.signal).then(show, show)
    return () => leaving.abort()
  }, [apiUrl, fetch])

  if (result === undefined) return <p role="status">Asking the reports API…</p>
  if (!(result instanceof ReportsError)) return <Table reports={result} />
  return (
    <p className="notice" role="alert" data-testid="error-message">
      {result.message}
    </p>
  )
}

function Table({ reports }: { readonly reports: readonly Report[] }): ReactNode {
  return (
    <>
      <p className="lead">Fetched by this page from the reports API with your access token.</p>
      <div className="scroll" role="region" aria-label="Reports" tabIndex={0}>
        <table data-testid="reports">
          <thead>
            <tr>
              <th scope="col">Report</th>
              <th scope="col">Period</th>
              <th scope="col" className="number">
                Total
              </th>
            </tr>
          </thead>
          <tbody>
            {reports.map(({ id, title, period, total }) => (
              <tr key={id}>
                <th scope="row">{title}</th>
                <td>{period}</td>
                <td className="number">{total}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}
