import type { MachineApp } from '@trefoil/core/machine'
import type { Resource } from './settings.ts'

/** The API cannot be reached or refused; the message says what to do. */
export class ApiError extends Error {}

const deadline = 10_000

/** Fetches a list of JSON objects with a token for its API. Throws {@link ApiError}. */
export async function fetchList(
  machine: MachineApp,
  resource: Resource,
  member: string,
): Promise<Record<string, unknown>[]> {
  const response = await request(machine, resource)
  if (!response.ok) throw new ApiError(describeStatus(response.status, resource))
  const body = toObject(await response.json().catch(() => undefined))
  const list = body[member]
  if (!Array.isArray(list)) throw new ApiError(`${resource.url.href} gave no list of ${member}.`)
  return list.map(toObject)
}

async function request(machine: MachineApp, resource: Resource): Promise<Response> {
  const { url, audience, scope } = resource
  // First the token: what goes wrong there is the authorization server's to explain, not the API's.
  await machine.getAccessToken({ audience, scope })
  try {
    const signal = AbortSignal.timeout(deadline)
    return await machine.fetch(url, { audience, scope, signal })
  } catch (cause) {
    if (!(cause instanceof TypeError) && !isTimeout(cause)) throw cause
    throw new ApiError(`${url.origin} does not answer. Is it running, and is its address right?`, {
      cause,
    })
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError'
}

function describeStatus(status: number, { url, scope, audience }: Resource): string {
  return status === 401 || status === 403
    ? `${url.href} refused (status ${status}): the application needs the scope ${scope} of ${audience}.`
    : `${url.href} answered with status ${status}.`
}

function toObject(value: unknown): Record<string, unknown> {
  return { ...(typeof value === 'object' && value) }
}
