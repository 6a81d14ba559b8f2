import { auth } from '../../lib/auth.ts'

export default async function Dashboard() {
  const { user } = await auth.require()
  return <p data-testid="user-name">{user.name}</p>
}
