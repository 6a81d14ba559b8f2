'use client'

import { useActionState } from 'react'

export function ActionForm({ action }: { action: () => Promise<string | null> }) {
  const [name, submit] = useActionState(action, null)
  return (
    <form action={submit}>
      <p data-testid="answer">{name}</p>
      <button type="submit">Who am I?</button>
    </form>
  )
}
