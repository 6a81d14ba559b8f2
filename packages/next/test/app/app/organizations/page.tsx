import { auth } from '../../lib/auth.ts'

export default async function Organizations() {
  const { organization } = await auth.require()
  return <p data-testid="organization">{organization?.code}</p>
}
