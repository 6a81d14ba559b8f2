import { auth } from '../../../lib/auth.ts'
import { fetchReports, ReportsError } from '../../../lib/reports.ts'
import { requirements } from '../../../lib/requirements.ts'

export const GET = auth.route(async () => {
  try {
    return Response.json({ reports: await fetchReports() })
  } catch (error) {
    if (!(error instanceof ReportsError)) throw error
    const { status, message } = error
    return Response.json({ error: { code: 'reports_unavailable', message } }, { status })
  }
}, requirements.reports)
