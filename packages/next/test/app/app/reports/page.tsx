import { auth } from '../../lib/auth.ts'

export default async function Reports() {
  await auth.require({ permissions: ['read:reports'] })
  return <p data-testid="reports">Reports</p>
}
