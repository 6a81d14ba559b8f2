import { auth } from '../../lib/auth.ts'
import { Shell } from '../../components/shell.tsx'

export default function Client() {
  return <Shell session={auth.session()} />
}
