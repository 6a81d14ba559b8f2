'use client'

import { LoginLink } from '@trefoil/next/client'
import { type ReactNode, useActionState } from 'react'
import { addNote } from './actions.ts'

/** Works before the script is there as well: the action then answers with the whole page. */
export function NoteForm(): ReactNode {
  const [{ error }, submit, isPending] = useActionState(addNote, {})
  return (
    <>
      <form className="inline" action={submit}>
        <label htmlFor="text">Note</label>
        <input id="text" name="text" required maxLength={200} autoComplete="off" />
        <button disabled={isPending}>Add</button>
      </form>
      {error && (
        <div className="notice" role="alert">
          <p data-testid="error-message">{error.message}</p>
          {error.code === 'not_authenticated' && (
            <p>
              <LoginLink className="button">Sign in again</LoginLink>
            </p>
          )}
        </div>
      )}
    </>
  )
}
