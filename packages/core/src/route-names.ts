/** The names of the routes under the base path. */
export const routeNames = [
  'login',
  'register',
  'callback',
  'logout',
  'session',
  'switch-organization',
  'create-organization',
  'portal',
  'backchannel-logout',
] as const

/** One of our routes. */
export type RouteName = (typeof routeNames)[number]
