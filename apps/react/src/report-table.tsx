import type { ReactNode } from 'react'
import type { Report } from './reports.ts'

/** Reports, as either of the API's protocols lists them. */
export function ReportTable({ reports }: { readonly reports: readonly Report[] }): ReactNode {
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
