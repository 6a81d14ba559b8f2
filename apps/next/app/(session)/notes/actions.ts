'use server'

import { TrefoilError } from '@trefoil/next'
import { revalidatePath } from 'next/cache'
import { auth } from '../../../lib/auth.ts'
import { saveNote } from '../../../lib/notes.ts'
import { requirements } from '../../../lib/requirements.ts'

/** What the form is told. */
export interface NoteResult {
  /** Why nothing was saved. */
  readonly error?: { readonly code: string; readonly message: string }
}

/**
 * Saves a note. An action is a public endpoint, whatever page its form is on: it asks again who calls.
 * Who lacks the permission is answered by forbidden.tsx.
 */
export async function addNote(_previous: NoteResult, form: FormData): Promise<NoteResult> {
  try {
    const session = await auth.require(requirements.addNote)
    const text = form.get('text')
    if (typeof text !== 'string' || text.trim() === '' || text.length > 200) {
      return { error: { code: 'note_invalid', message: 'A note has 1 to 200 characters.' } }
    }
    saveNote(session, text.trim())
  } catch (error) {
    if (!(error instanceof TrefoilError)) throw error
    return { error: { code: error.code, message: `${error.message} ${error.wayOut}` } }
  }
  revalidatePath('/notes')
  return {}
}
