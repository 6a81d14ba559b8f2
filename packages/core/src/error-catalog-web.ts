import { type ErrorText, firstTexts } from './error-texts-first.ts'

/** In a browser: the errors of every page. The others come with the code that raises them. */
export const errorTexts: Readonly<Record<string, ErrorText>> = firstTexts
