/** A report as the API lists it. */
export interface Report {
  readonly id: string
  readonly title: string
  readonly period: string
  readonly total: string
}

/** The API gave no reports; the message is for the person who asked. */
export class ReportsError extends Error {
  readonly status = 502
}

const deadline = 5_000

/** Asks the API for the reports in the name of the user. Throws {@link ReportsError}. */
export async function fetchReports(apiUrl: URL, accessToken: string): Promise<Report[]> {
  const response = await request(new URL('/reports', apiUrl), accessToken)
  if (response.status === 401 || response.status === 403) {
    throw new ReportsError(
      `The reports API refused the access token (status ${response.status}). KINDE_AUDIENCE must be the same here and at the API.`,
    )
  }
  if (!response.ok) {
    throw new ReportsError(`The reports API is in trouble (status ${response.status}). Try again.`)
  }
  return readReports(await response.json().catch(() => undefined))
}

async function request(url: URL, accessToken: string): Promise<Response> {
  const headers = { accept: 'application/json', authorization: `Bearer ${accessToken}` }
  try {
    // A redirect would carry the token to wherever it leads.
    return await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(deadline) })
  } catch (cause) {
    throw new ReportsError(
      `The reports API does not answer at ${url.origin}. Start it (apps/api), or set API_URL to where it runs.`,
      { cause },
    )
  }
}

function readReports(body: unknown): Report[] {
  const list = readMember(body, 'reports')
  if (!Array.isArray(list)) throw new ReportsError('The reports API gave an unusable answer.')
  return list.map((entry: unknown) => ({
    id: readText(entry, 'id'),
    title: readText(entry, 'title'),
    period: readText(entry, 'period'),
    total: readText(entry, 'total'),
  }))
}

function readMember(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
}

function readText(value: unknown, name: string): string {
  const member = readMember(value, name)
  return typeof member === 'string' ? member : ''
}
