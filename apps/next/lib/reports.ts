import { TrefoilError } from '@trefoil/next'
import { unstable_rethrow } from 'next/navigation'
import { auth } from './auth.ts'
import { apiUrl } from './settings.ts'

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
export async function fetchReports(): Promise<Report[]> {
  const response = await request()
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

async function request(): Promise<Response> {
  try {
    return await auth.fetch(new URL('/reports', apiUrl), {
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(deadline),
    })
  } catch (cause) {
    // A page whose access token has run out redirects, which Next does by throwing.
    unstable_rethrow(cause)
    if (cause instanceof TrefoilError) throw cause
    throw new ReportsError(
      `The reports API does not answer at ${apiUrl}. Start it (apps/api), or set API_URL to where it runs.`,
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
