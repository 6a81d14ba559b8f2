/** What a handler of this application answered instead of data, as a reader is told. */
export function readMessage(
  error: { readonly data?: unknown } | null | undefined,
  fallback: string,
): string {
  // Trefoil's refusals are `{ error: { message } }`; those of `createError` have it at the top.
  const { data } = error ?? {}
  const messages = [readMember(readMember(data, 'error'), 'message'), readMember(data, 'message')]
  return messages.find((message) => typeof message === 'string') ?? fallback
}

function readMember(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
}
