import { auth } from '../../lib/auth.ts'

export default async function Beta() {
  await auth.require({ flags: ['beta_dashboard'] })
  return <p>beta</p>
}
