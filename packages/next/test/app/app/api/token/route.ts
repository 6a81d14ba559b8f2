import { auth } from '../../../lib/auth.ts'
import { describeToken } from '../../../lib/describe-token.ts'

export async function GET() {
  return Response.json({ token: describeToken(await auth.accessToken()) })
}
