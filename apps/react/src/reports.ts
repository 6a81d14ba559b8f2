import { TrefoilError } from '@trefoil/core'
import type { AccessToken } from '@trefoil/react'

/** A report as the API lists it. */
export interface Report {
  readonly id: string
  readonly title: string
  readonly period: string
  readonly total: string
}

/** The API gave no reports; the message is for the person who asked. */
export class ReportsError extends Error {}

/** Asks the API for the reports in the name of the user. Rejects with {@link ReportsError}. */
export async function fetchReports(
  apiUrl: string,
  fetch: AccessToken['fetch'],
  signal: AbortSignal,
): Promise<Report[]> {
  const response = await request(apiUrl, fetch, signal)
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

async function request(
  apiUrl: string,
  fetch: AccessToken['fetch'],
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await fetch(new URL('/reports', apiUrl), {
      headers: { accept: 'application/json' },
      signal,
    })
  } catch (cause) {
    if (cause instanceof TrefoilError) throw new ReportsError(`${cause.message} ${cause.wayOut}`)
    throw new ReportsError(
      `The reports API does not answer at ${apiUrl}. Start it (apps/api) with this page's origin in ALLOWED_ORIGINS, or set API_URL to where it runs.`,
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
