import { homePage, pageHeaders } from '../pages/index.ts'
import type { Endpoint } from './endpoint.ts'

/** The page at the issuer's own URL. */
export const homeEndpoint: Endpoint = {
  methods: ['GET'],
  path: /^\/$/,
  isForPages: false,
  answer: ({ context: { url, directory } }) => {
    const body = homePage({ issuerUrl: url, applications: directory.seed.applications })
    return new Response(body, { headers: pageHeaders([]) })
  },
}
