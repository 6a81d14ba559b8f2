import { TrefoilError } from '@trefoil/core'
import type { H3Event } from 'h3'

/** A report as the API lists it. */
export interface Report {
  readonly id: string
  readonly title: string
  readonly period: string
  readonly total: string
}

const deadline = 5_000

/** Asks the API for the reports in the name of the user; 502 with a message for the reader when it fails. */
export async function fetchReports(event: H3Event): Promise<Report[]> {
  const response = await request(event)
  if (response.status === 401 || response.status === 403) {
    throw trouble(
      `The reports API refused the access token (status ${response.status}). KINDE_AUDIENCE must be the same here and at the API.`,
    )
  }
  if (!response.ok) {
    throw trouble(`The reports API is in trouble (status ${response.status}). Try again.`)
  }
  return readReports(await response.json().catch(() => undefined))
}

async function request(event: H3Event): Promise<Response> {
  const apiUrl = readApiUrl()
  try {
    return await event.context.auth.fetch(new URL('/reports', apiUrl), {
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(deadline),
    })
  } catch (cause) {
    if (cause instanceof TrefoilError) throw cause
    throw trouble(
      `The reports API does not answer at ${apiUrl}. Start it (apps/api), or set API_URL to where it runs.`,
      cause,
    )
  }
}

function trouble(message: string, cause?: unknown): Error {
  return createError({ status: 502, statusText: 'Bad Gateway', message, cause })
}

function readReports(body: unknown): Report[] {
  const list = readMember(body, 'reports')
  if (!Array.isArray(list)) throw trouble('The reports API gave an unusable answer.')
  return list.map((entry: unknown) => ({
    id: readText(entry, 'id'),
    title: readText(entry, 'title'),
    period: readText(entry, 'period'),
    total: readText(entry, 'total'),
  }))
}

function readMember(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
}

function readText(value: unknown, name: string): string {
  const member = readMember(value, name)
  return typeof member === 'string' ? member : ''
}
