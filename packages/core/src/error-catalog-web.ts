import { type ErrorText, firstTexts } from './error-texts-first.ts'

/** In a browser: the errors that can come before anyone signs in. The others are added when loaded. */
export const errorTexts: Readonly<Record<string, ErrorText>> = firstTexts
