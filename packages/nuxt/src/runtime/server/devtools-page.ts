import { decide, type Requirement, type Session, type TrefoilError } from '@trefoil/core'

/** What a page and those around it say in `definePageMeta({ auth })`. */
export interface PageNeed {
  readonly path: string
  readonly needs: readonly unknown[]
}

/** What the tab shows. */
export interface DevtoolsView {
  readonly session: Session | null
  /** What became of the session at this request. */
  readonly state: string
  readonly error: TrefoilError | undefined
  readonly needs: readonly PageNeed[]
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Renders the tab. Of the session it shows what the browser may know: claims, never a token. */
export function renderDevtools({ session, state, error, needs, now }: DevtoolsView): string {
  const problem = error ? `<p>${escape(`${error.code}: ${error.message}`)}</p>` : ''
  const rows = needs.map((need) => renderNeed(need, session)).join('')
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Trefoil</title>
<style>body{font:14px/1.5 system-ui;margin:1.5rem;color-scheme:light dark}td,th{text-align:left;padding:.2rem 1rem .2rem 0;vertical-align:top}pre{white-space:pre-wrap}</style>
<h1>Session: ${escape(state)}</h1>${problem}
${session ? renderSession(session, now) : '<p>Nobody is signed in.</p>'}
<h2>Pages</h2>
<table><tr><th>Page</th><th>Needs</th><th>Open to this session</th></tr>${rows}</table></html>`
}

function renderSession(session: Session, now: number): string {
  const { user, organization, permissions, roles, flags, scopes } = session
  const rows = Object.entries({ user, organization, permissions, roles, flags, scopes })
  const times = [
    ['signed in', session.authenticatedAt],
    ['access token ends', session.accessTokenExpiresAt],
    ['session ends unless used', session.expiresAt],
  ] as const
  return `<table>${rows.map(([name, value]) => row(name, JSON.stringify(value, null, 2))).join('')}
${times.map(([name, seconds]) => row(name, tellTime(seconds, now))).join('')}</table>
<p>A request shortly before the access token ends renews it.</p>`
}

function row(name: string, text: string): string {
  return `<tr><th>${escape(name)}</th><td><pre>${escape(text)}</pre></td></tr>`
}

function tellTime(seconds: number, now: number): string {
  const minutes = Math.round((seconds - now / 1000) / 60)
  const distance = minutes < 0 ? `${-minutes} min ago` : `in ${minutes} min`
  return `${new Date(seconds * 1000).toISOString()} (${distance})`
}

function renderNeed({ path, needs }: PageNeed, session: Session | null): string {
  const said = needs.length === 0 ? 'nothing' : needs.map((need) => JSON.stringify(need)).join(', ')
  const isOpen = needs.every((need) => meets(need, session))
  return `<tr><td>${escape(path)}</td><td>${escape(said)}</td><td>${isOpen ? 'yes' : 'no'}</td></tr>`
}

function meets(need: unknown, session: Session | null): boolean {
  if (need === false) return true
  if (need === true) return session !== null
  try {
    const requirement: Requirement = { ...Object(need) }
    return Object(need) === need && decide(session, requirement).allowed
  } catch {
    return false
  }
}

function escape(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return text.replaceAll(/["&'<>]/g, (character) => entities[character] ?? '')
}
