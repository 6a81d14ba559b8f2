import { randomBytes } from 'node:crypto'
import { type Issuer, startIssuer } from '@trefoil/issuer'
import type { Demo } from './demos.ts'
import { findFreePort, startServer } from './processes.ts'
import { localParts, SignInPages } from './sign-in-pages.ts'
import type { Site } from './site.ts'

/** An issuer, the reports API and one demo, on free ports: beside a running `npm start`. */
export interface Stack extends Site {
  readonly apiUrl: string
  readonly issuer: Issuer
}

/** The password of everybody in the issuer's built-in seed. */
export const password = 'trefoil'

const person = { email: 'owner@example.com', password, name: 'Olivia Owner' }

/** The front-end origin that the API lets in. */
export const allowedOrigin = 'http://localhost:4503'
export const reportsAudience = 'https://reports.trefoil.example'

/** Starts what the specs of one demo need. */
export async function startStack(demo: Demo): Promise<Stack> {
  const issuer = await startIssuer({ port: 0, settings: { ...demo.issuer } })
  const [port, apiPort] = [await findFreePort(), await findFreePort()]
  const [url, apiUrl] = [`http://localhost:${port}`, `http://localhost:${apiPort}`]
  registerDemo(issuer, demo, url)
  const machine = findApplication(issuer, 'machine-demo')
  const { secret } = findApplication(issuer, demo.application)
  const api = await startServer('api', ['node', 'src/server.ts'], {
    PORT: String(apiPort),
    KINDE_ISSUER_URL: issuer.url,
    KINDE_AUDIENCE: reportsAudience,
    ALLOWED_ORIGINS: [allowedOrigin, url].join(','),
  })
  const server = await startServer(demo.folder ?? demo.name, demo.command, {
    PORT: String(port),
    API_URL: apiUrl,
    KINDE_ISSUER_URL: issuer.url,
    KINDE_SITE_URL: url,
    KINDE_CLIENT_ID: demo.application,
    KINDE_AUDIENCE: reportsAudience,
    ...demo.env,
    // A front-end app keeps no secret, of whatever kind.
    ...(secret !== undefined && {
      KINDE_CLIENT_SECRET: secret,
      KINDE_M2M_CLIENT_ID: machine.id,
      KINDE_M2M_CLIENT_SECRET: machine.secret ?? '',
      TREFOIL_SECRET: randomBytes(32).toString('base64'),
    }),
  })
  return {
    url,
    cookieName: `demo-${demo.folder ?? demo.name}`,
    person,
    pages: new SignInPages(localParts, person, url),
    apiUrl,
    issuer,
    async stop() {
      await Promise.all([server.stop(), api.stop()])
      await issuer.close()
    },
  }
}

/** An application of the issuer's built-in seed. */
export function findApplication(
  issuer: Issuer,
  id: string,
): Issuer['seed']['applications'][number] {
  const application = issuer.seed.applications.find((entry) => entry.id === id)
  if (!application) throw new Error(`The issuer's seed has no application ${id}.`)
  return application
}

// The seeded application has the demo's usual port in its URLs; here it runs on another one.
function registerDemo(issuer: Issuer, demo: Demo, url: string): void {
  issuer.addApplication({
    ...findApplication(issuer, demo.application),
    callbackUrls: [`${url}${demo.callbackPath}`],
    logoutUrls: [url, `${url}/`],
  })
}
