import { auth } from '../../../lib/auth.ts'

export default async function Team({ params }: { params: Promise<{ id: string }> }) {
  const [{ id }, session] = await Promise.all([params, auth.session()])
  return (
    <p data-testid="team">
      {id} {session?.user.name}
    </p>
  )
}
