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
        <p className="notice" role="alert">
          <span data-testid="error-message">{error.message}</span>{' '}
          {error.code === 'not_authenticated' && <LoginLink>Sign in again</LoginLink>}
        </p>
      )}
    </>
  )
}
