// The hook of Nuxt's devtools, whose own types belong to a package that is not needed otherwise.
export interface DevtoolsTab {
  name: string
  title: string
  icon: string
  view: { type: 'iframe'; src: string }
}

declare module '@nuxt/schema' {
  interface NuxtHooks {
    'devtools:customTabs': (tabs: DevtoolsTab[]) => void
  }
}
