/** Joins the app's base URL and a path of the app. */
export function joinPath(base: string, path: string): string {
  return `${base.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`
}

/** A path of the app without its base URL. */
export function withoutBase(base: string, path: string): string {
  const prefix = base.replace(/\/+$/, '')
  return prefix !== '' && path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path
}
