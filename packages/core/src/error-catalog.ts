import { type ErrorText, firstTexts } from './error-texts-first.ts'
import { frontendTexts } from './error-texts-frontend.ts'
import { serverTexts } from './error-texts-server.ts'
import { sessionTexts } from './error-texts-session.ts'

/** Every error that Trefoil raises, by its stable code. */
export const errorTexts: Readonly<Record<string, ErrorText>> = {
  ...firstTexts,
  ...sessionTexts,
  ...frontendTexts,
  ...serverTexts,
}
