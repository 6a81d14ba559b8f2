/**
 * What may be kept of another library's error as evidence: its name, message and stack. The rest is
 * dropped, because such errors carry whole answers, parameters and claims, and so tokens and codes,
 * into whatever log prints them.
 */
export function toEvidence(error: unknown): Error {
  const { name, message, stack } = error instanceof Error ? error : new Error('not an error')
  const evidence = new Error(message)
  evidence.name = name
  if (stack !== undefined) evidence.stack = stack
  return evidence
}
