import { auth } from '../lib/auth.ts'

export default async function Home() {
  const session = await auth.session()
  return <p data-testid="user-name">{session?.user.name}</p>
}
