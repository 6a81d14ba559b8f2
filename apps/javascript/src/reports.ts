import type { FrontendApp } from '@trefoil/core/frontend'

/** A report as the API lists it. */
export interface Report {
  readonly title: string
  readonly period: string
  readonly total: string
}

/** Asks the API for the reports in the name of the user; what it throws says what to do. */
export async function fetchReports(app: FrontendApp, apiUrl: string): Promise<Report[]> {
  const response = await app.fetch(new URL('/reports', apiUrl))
  if (response.status === 401) {
    throw new Error('The API refused the access token. Is KINDE_AUDIENCE the same here and there?')
  }
  if (response.status === 403) throw new Error('This needs the permission read:reports.')
  if (!response.ok) throw new Error(`The API is in trouble (status ${response.status}). Try again.`)
  const body: { reports: Report[] } = await response.json()
  return body.reports
}
