import { auth } from '../../lib/auth.js'

export default async function Page() {
  const { user } = await auth.require()
  return <p>{user.id}</p>
}
