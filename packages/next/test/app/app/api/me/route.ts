import { auth } from '../../../lib/auth.ts'

export async function GET() {
  return Response.json({ session: await auth.require() })
}
