'use server'

import { auth } from '../../lib/auth.ts'

export async function whoAmI(): Promise<string | null> {
  const { user } = await auth.require()
  return user.name
}
