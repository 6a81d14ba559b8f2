import type { IssuerContext } from '../context.ts'

/** Answers what is Kinde's own, and `undefined` for what the provider answers. */
export async function answerEndpoint(
  _request: Request,
  _context: IssuerContext,
): Promise<Response | undefined> {
  return undefined
}
