import type { Demo } from '../src/demos.ts'

/** A demo that may be packed, and its application in the local issuer's seed. */
export interface Plan extends Pick<Demo, 'name' | 'title' | 'about' | 'script'> {
  readonly application?: string
}

/** Every demo, in the order in which they are offered; a further one is one more entry. */
export const plans: readonly Plan[] = [
  {
    name: 'next',
    title: 'Next.js',
    about: 'a site whose server holds the session',
    script: 'dev',
    application: 'next-demo',
  },
  {
    name: 'nuxt',
    title: 'Nuxt',
    about: 'a site whose server holds the session',
    script: 'dev',
    application: 'nuxt-demo',
  },
  {
    name: 'express',
    title: 'Express',
    about: 'a server-rendered site',
    script: 'dev',
    application: 'express-demo',
  },
  {
    name: 'react',
    title: 'React',
    about: 'a front-end app, without a server of its own',
    script: 'dev',
    application: 'react-demo',
  },
  {
    name: 'javascript',
    title: 'JavaScript',
    about: 'a front-end app on one page, without a framework',
    script: 'dev',
    application: 'javascript-demo',
  },
  { name: 'api', title: 'API', about: 'an API that verifies access tokens', script: 'dev' },
  {
    name: 'machine',
    title: 'Machine',
    about: 'a job that signs in as itself',
    script: 'start',
    application: 'machine-demo',
  },
]
