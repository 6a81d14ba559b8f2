import { getAuth } from '@trefoil/express'
import type { RequestHandler } from 'express'
import { html, type Html } from '../html.ts'
import { sendPage } from '../layout.ts'
import { fetchReports, type Report, ReportsError } from '../reports.ts'

/** The page of reports; trouble at the API is told on it. */
export function showReports(apiUrl: URL): RequestHandler {
  return async (req, res) => {
    const auth = getAuth(req)
    const content = await fetchReports(apiUrl, auth.getAccessToken()).then(
      table,
      (error: unknown) => {
        if (!(error instanceof ReportsError)) throw error
        res.status(error.status)
        return html`<p class="notice" role="alert" data-testid="error-message">${error.message}</p>`
      },
    )
    sendPage(req, res, { title: 'Reports', session: auth.session, content })
  }
}

/** The reports as JSON. */
export function sendReports(apiUrl: URL): RequestHandler {
  return async (req, res) => {
    try {
      res.json({ reports: await fetchReports(apiUrl, getAuth(req).getAccessToken()) })
    } catch (error) {
      if (!(error instanceof ReportsError)) throw error
      res
        .status(error.status)
        .json({ error: { code: 'reports_unavailable', message: error.message } })
    }
  }
}

function table(reports: readonly Report[]): Html {
  const rows = reports.map(
    ({ title, period, total }) =>
      html`<tr>
        <th scope="row">${title}</th>
        <td>${period}</td>
        <td class="number">${total}</td>
      </tr>`,
  )
  return html`
    <p class="lead">
      Fetched from the reports API with your access token. It never left this server.
    </p>
    <div class="scroll" role="region" aria-label="Reports" tabindex="0">
      <table data-testid="reports">
        <thead>
          <tr>
            <th scope="col">Report</th>
            <th scope="col">Period</th>
            <th scope="col" class="number">Total</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  `
}
