import { auth } from '../../lib/auth.ts'
import { describeToken } from '../../lib/describe-token.ts'

/** Open to everybody by the proxy, so what it shows hangs on what the page asks itself. */
export default async function Token() {
  const token = await auth.accessToken()
  return <p data-testid="token">{describeToken(token)}</p>
}
