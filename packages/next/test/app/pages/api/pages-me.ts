import { auth } from '../../lib/auth.ts'

export default auth.apiRoute((_req, res, { session }) => res.json({ session }), {
  permissions: ['read:reports'],
})
