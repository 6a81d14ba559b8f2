import { auth } from '../../../lib/auth.ts'

export const GET = auth.route((_request, { session }) => Response.json({ session }))
