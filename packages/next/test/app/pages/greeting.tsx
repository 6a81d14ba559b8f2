import type { GetServerSideProps } from 'next'
import { auth } from '../lib/auth.ts'

export const getServerSideProps: GetServerSideProps = async ({ req, res }) => {
  const session = await auth.session({ req, res })
  return { props: { name: session?.user.name ?? 'nobody' } }
}

export default function Greeting({ name }: { name: string }) {
  return <p data-testid="user-name">{name}</p>
}
