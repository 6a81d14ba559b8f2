import { useAccessToken } from '@trefoil/react'
import { type ReactNode, useEffect, useState } from 'react'
import { ReportTable } from '../report-table.tsx'
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
  if (!(result instanceof ReportsError)) return <ReportTable reports={result} />
  return (
    <p className="notice" role="alert" data-testid="error-message">
      {result.message}
    </p>
  )
}
