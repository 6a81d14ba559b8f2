import { cookies } from 'next/headers'

/** What a page with a session shows, read from a cookie that anybody could write. */
export default async function Page() {
  return <p>{(await cookies()).get('user')?.value}</p>
}
