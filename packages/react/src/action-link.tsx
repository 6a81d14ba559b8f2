'use client'

import type { ComponentProps, MouseEvent, ReactElement } from 'react'

/** The attributes of an `<a>`, but where it leads. */
export type LinkAttributes = Omit<ComponentProps<'a'>, 'href'>

interface ActionLinkProps extends LinkAttributes {
  readonly href: string
  /** What an ordinary click does instead of following the link. */
  readonly act: () => Promise<void>
}

/**
 * A plain link whose ordinary click acts; opened in another tab, or before the script is there, it is
 * a link. `nofollow` keeps crawlers and speculation rules away, and the server refuses prefetches.
 */
export function ActionLink({ act, onClick, ...attributes }: ActionLinkProps): ReactElement {
  const click = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event)
    if (!isOrdinary(event)) return
    event.preventDefault()
    // What goes wrong is the `error` of the snapshot.
    act().catch(() => undefined)
  }
  return <a rel="nofollow" {...attributes} onClick={click} />
}

// Any other click asks the browser for a new tab, a new window or a download.
function isOrdinary(event: MouseEvent<HTMLAnchorElement>): boolean {
  const isModified = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey
  const { target } = event.currentTarget
  return (
    !event.defaultPrevented &&
    event.button === 0 &&
    !isModified &&
    (target === '' || target === '_self')
  )
}

/**
 * The URL of one of the server's routes, without the members of the query that are undefined. A
 * front-end app has no such routes: there it is the page to come back to, or this one, for a new tab.
 */
export function routeUrl(
  basePath: string | null,
  route: string,
  query: Readonly<Record<string, string | undefined>> & { readonly returnTo: string | undefined },
): string {
  if (basePath === null) return query.returnTo ?? '#'
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, value)
  }
  return `${basePath}/${route}${search.size === 0 ? '' : `?${search.toString()}`}`
}
