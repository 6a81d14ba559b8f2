import { addServerHandler, addServerTemplate } from '@nuxt/kit'
import type { Nuxt, NuxtPage } from '@nuxt/schema'
import { joinPath } from './runtime/paths'
import type { PageNeed } from './runtime/server/devtools-page'

const path = '/__trefoil'

/** Adds a tab to Nuxt's devtools: who is signed in, what pages need, when tokens end. Development only. */
export function addDevtools(resolve: (path: string) => string, nuxt: Nuxt): void {
  if (!nuxt.options.dev) return
  let needs: readonly PageNeed[] = []
  nuxt.hook('pages:resolved', (pages) => {
    needs = listNeeds(pages)
  })
  addServerTemplate({
    filename: '#trefoil/page-needs',
    getContents: () => `export default ${JSON.stringify(needs)}`,
  })
  addServerHandler({ route: path, handler: resolve('server/devtools') })
  nuxt.hook('devtools:customTabs', (tabs) => {
    tabs.push({
      name: 'trefoil',
      title: 'Trefoil',
      icon: 'carbon:locked',
      view: { type: 'iframe', src: joinPath(nuxt.options.app.baseURL, path) },
    })
  })
}

/** What each page says it needs, with what the pages around it say. */
export function listNeeds(
  pages: readonly NuxtPage[],
  above = '',
  inherited: readonly unknown[] = [],
): PageNeed[] {
  return pages.flatMap((page) => {
    const own = page.path.startsWith('/') ? page.path : `${above}/${page.path}`
    const full = own.replace(/\/+$/, '') || '/'
    const said: unknown = page.meta?.['auth']
    const needs = said === undefined ? inherited : [...inherited, said]
    return [{ path: full, needs }, ...listNeeds(page.children ?? [], full, needs)]
  })
}
