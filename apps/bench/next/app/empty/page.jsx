import { headers } from 'next/headers'

/** Rendered for each request, as a page with a session is. */
export default async function Page() {
  const { length } = (await headers()).get('cookie') ?? ''
  return <p>{length > 0 ? 'cookies' : 'none'}</p>
}
