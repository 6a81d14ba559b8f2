'use client'

import type { ComponentProps, MouseEvent, ReactElement } from 'react'
import { useAuthScope } from './auth-context.ts'

/** What {@link LogoutLink} takes: the attributes of a `<button>`. */
export type LogoutLinkProps = Omit<ComponentProps<'button'>, 'type' | 'form'>

/**
 * A button that signs out, here and at the provider. It is no `<a>`, because a link can be followed by
 * a prefetch or from another site; with a server session it is a form that posts, so it works before
 * the script is there as well.
 *
 * @example
 * <LogoutLink className="quiet">Sign out</LogoutLink>
 */
export function LogoutLink({ onClick, ...attributes }: LogoutLinkProps): ReactElement {
  const { actions, basePath } = useAuthScope('<LogoutLink>')
  if (basePath !== null) {
    return (
      <form method="post" action={`${basePath}/logout`}>
        <button {...attributes} onClick={onClick} type="submit" />
      </form>
    )
  }
  const click = (event: MouseEvent<HTMLButtonElement>): void => {
    onClick?.(event)
    // What goes wrong is the `error` of the snapshot.
    if (!event.defaultPrevented) actions.logout().catch(() => undefined)
  }
  return <button {...attributes} onClick={click} type="button" />
}
