/** What the server reads from the environment. */
export interface ServerSettings {
  readonly port: number
  /** What the page is told; there is no secret in it. */
  readonly page: PageSettings
}

/** What the page needs to know. `src/settings.ts` reads it again in the browser. */
export interface PageSettings {
  readonly issuer: string
  /** The dialect of the issuer: Kinde's, or that of any other OpenID Provider. */
  readonly preset: 'kinde' | 'oidc'
  readonly clientId: string
  readonly siteUrl: string
  readonly postLogoutRedirectUrl: string
  readonly audience: string
  readonly scope: string
  readonly apiUrl: string
}

/** The environment is unusable; `problems` names everything at once. */
export class SettingsError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

/** Reads the environment. Throws {@link SettingsError}. */
export function readSettings(env: NodeJS.ProcessEnv): ServerSettings {
  const port = Number(env['PORT'] || 4503)
  const page: PageSettings = {
    issuer: env['KINDE_ISSUER_URL'] || '',
    preset: env['TREFOIL_PRESET'] === 'oidc' ? 'oidc' : 'kinde',
    clientId: env['KINDE_CLIENT_ID'] || '',
    siteUrl: env['KINDE_SITE_URL'] || `http://localhost:${port}`,
    postLogoutRedirectUrl: env['KINDE_POST_LOGOUT_REDIRECT_URL'] || '',
    audience: env['KINDE_AUDIENCE'] || '',
    scope: env['KINDE_SCOPE'] || '',
    apiUrl: env['API_URL'] || 'http://localhost:4505',
  }
  const problems = [
    ...(Number.isInteger(port) && port >= 0 && port < 65_536
      ? []
      : ['PORT must be a number from 0 to 65535.']),
    ...(['kinde', 'oidc'].includes(env['TREFOIL_PRESET'] || 'kinde')
      ? []
      : ['TREFOIL_PRESET must be kinde or oidc.']),
    ...findMissing({ KINDE_ISSUER_URL: page.issuer, KINDE_CLIENT_ID: page.clientId }),
    ...findOddUrls({
      KINDE_ISSUER_URL: page.issuer,
      KINDE_SITE_URL: page.siteUrl,
      API_URL: page.apiUrl,
    }),
    ...(env['KINDE_CLIENT_SECRET']
      ? [
          'KINDE_CLIENT_SECRET is set, but a front-end application has no secret: create one of the kind "Front-end and mobile".',
        ]
      : []),
  ]
  if (problems.length > 0) throw new SettingsError(problems)
  return { port, page }
}

/** The page with its settings in it, as text of an attribute: no inline script is needed. */
export function insertSettings(html: string, page: PageSettings): string {
  const text = JSON.stringify(page).replace(
    /[&<>"']/g,
    (character) => `&#${character.charCodeAt(0)};`,
  )
  return html.replace('%SETTINGS%', () => text)
}

function findMissing(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === '' ? [`${name} is missing.`] : [],
  )
}

function findOddUrls(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === '' || URL.canParse(value)
      ? []
      : [`${name} must be a URL, such as https://example.com.`],
  )
}
