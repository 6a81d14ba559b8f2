import { auth } from '../../../lib/auth.ts'

export async function GET() {
  await auth.require({ permissions: ['read:reports'] })
  return Response.json({ reports: [] })
}
