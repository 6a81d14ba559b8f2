import type { ReactNode } from 'react'

interface PageProps {
  readonly title: string
  readonly children?: ReactNode
}

/** What every page has: a title in the window, and one heading. */
export function Page({ title, children }: PageProps): ReactNode {
  return (
    <>
      <title>{`${title} · Trefoil with React`}</title>
      <h1>{title}</h1>
      {children}
    </>
  )
}

/** A page about something that did not go well. */
export function ErrorPage({
  title,
  code,
  message,
  children,
}: PageProps & { readonly code: string; readonly message: string }): ReactNode {
  return (
    <Page title={title}>
      <p className="notice" role="alert" data-testid="error-message">
        {message}
      </p>
      {children}
      <p className="fine">
        Error code: <code data-testid="error-code">{code}</code>
      </p>
    </Page>
  )
}
