import type { ErrorText } from './error-texts-first.ts'

/** What a page says about a session, whoever holds it. */
export type SessionErrorCode = 'access_denied' | 'feature_unavailable'

/** The texts of {@link SessionErrorCode}. */
export const sessionTexts: Readonly<Record<SessionErrorCode, ErrorText>> = {
  access_denied: {
    status: 403,
    title: 'You may not see this',
    message: 'The signed-in user lacks a right that this needs.',
    wayOut: 'Ask an administrator for the right, or switch to another organization.',
  },
  feature_unavailable: {
    status: 404,
    title: 'Not offered here',
    message: 'The authorization server does not offer this.',
    wayOut: 'Return to the home page.',
  },
}
