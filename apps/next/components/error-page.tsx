import type { ReactNode } from 'react'

interface ErrorPageProps {
  readonly title: string
  readonly code: string
  readonly message: string
  /** What the person can do now. */
  readonly children?: ReactNode
}

/** A page about something that did not go well. */
export function ErrorPage({ title, code, message, children }: ErrorPageProps): ReactNode {
  return (
    <>
      <h1>{title}</h1>
      <p className="notice" role="alert" data-testid="error-message">
        {message}
      </p>
      {children}
      <p className="fine">
        Error code: <code data-testid="error-code">{code}</code>
      </p>
    </>
  )
}
