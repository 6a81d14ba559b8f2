import { auth } from '../lib/auth.ts'
import { describeToken } from '../lib/describe-token.ts'

interface Props extends Record<string, unknown> {
  name: string | null
  token: string
}

export const getServerSideProps = auth.serverSideProps<Props>(async ({ session, req, res }) => {
  const token = await auth.accessToken({ req, res })
  return { props: { name: session.user.name, token: describeToken(token) } }
})

export default function Account({ name, token }: Props) {
  return (
    <>
      <p data-testid="user-name">{name}</p>
      <p data-testid="token">{token}</p>
    </>
  )
}
