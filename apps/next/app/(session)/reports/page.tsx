import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { auth } from '../../../lib/auth.ts'
import { fetchReports, type Report, ReportsError } from '../../../lib/reports.ts'
import { requirements } from '../../../lib/requirements.ts'

export const metadata: Metadata = { title: 'Reports' }

export default async function Reports(): Promise<ReactNode> {
  await auth.require(requirements.reports)
  const result = await fetchReports().catch(toShownError)
  return (
    <>
      <h1>Reports</h1>
      {result instanceof ReportsError ? (
        <p className="notice" role="alert" data-testid="error-message">
          {result.message}
        </p>
      ) : (
        <Table reports={result} />
      )}
    </>
  )
}

// Trouble at the API is told on the page; anything else is none of it.
function toShownError(error: unknown): ReportsError {
  if (error instanceof ReportsError) return error
  throw error
}

function Table({ reports }: { readonly reports: readonly Report[] }): ReactNode {
  return (
    <>
      <p className="lead">
        Fetched from the reports API with your access token. It never left this server.
      </p>
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
