import { Protect } from '@trefoil/next/client'
import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { auth } from '../../../lib/auth.ts'
import { listNotes } from '../../../lib/notes.ts'
import { requirements } from '../../../lib/requirements.ts'
import { NoteForm } from './note-form.tsx'

export const metadata: Metadata = { title: 'Notes' }

export default async function Notes(): Promise<ReactNode> {
  const session = await auth.require()
  const notes = listNotes(session)
  return (
    <>
      <h1>Notes</h1>
      <p className="lead">
        Notes of {session.organization?.name ?? 'yours'}, until this server stops.
      </p>
      {/* It hides the form; who may save is decided by the action. */}
      <Protect
        require={requirements.addNote}
        fallback={
          <p className="notice">
            You may read. To write you need the permission <code>write:reports</code>.
          </p>
        }
      >
        <NoteForm />
      </Protect>
      <h2>
        {notes.length} {notes.length === 1 ? 'note' : 'notes'}
      </h2>
      {notes.length > 0 && (
        <ul className="rows" data-testid="notes">
          {notes.map((note, index) => (
            <li key={notes.length - index}>{note}</li>
          ))}
        </ul>
      )}
    </>
  )
}
