import { auth } from '../lib/auth.ts'

export const getServerSideProps = auth.serverSideProps(async () => ({ props: { ok: true } }), {
  permissions: ['read:reports'],
})

export default function Analyst() {
  return <p>Analysts alone</p>
}
