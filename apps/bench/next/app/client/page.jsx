import { AuthProvider } from '@trefoil/next/client'
import { auth } from '../../lib/auth.js'
import { Name } from './name.jsx'

export default async function Page() {
  return (
    <AuthProvider session={await auth.session()}>
      <Name />
    </AuthProvider>
  )
}
