import type { Session } from '@trefoil/next'

const mostNotes = 10

// Stands for a database: it is gone with the process.
const notes = new Map<string, readonly string[]>()

/** The newest notes of the organization that somebody is signed in to, or their own without one. */
export function listNotes(session: Session): readonly string[] {
  return notes.get(ownerOf(session)) ?? []
}

/** Adds a note; the oldest give way. */
export function saveNote(session: Session, text: string): void {
  notes.set(ownerOf(session), [text, ...listNotes(session)].slice(0, mostNotes))
}

function ownerOf({ organization, user }: Session): string {
  return organization?.code ?? user.id
}
