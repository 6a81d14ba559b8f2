// The module is the whole set-up; the environment says the rest (.env.example).
export default defineNuxtConfig({
  compatibilityDate: '2026-11-01',
  modules: ['@trefoil/nuxt'],
  // All demos share the host `localhost`, and cookies ignore ports, so each has a cookie name of its own.
  trefoil: { name: 'demo-nuxt' },
  app: {
    head: {
      htmlAttrs: { lang: 'en' },
      titleTemplate: '%s · Trefoil with Nuxt',
      meta: [{ name: 'color-scheme', content: 'light dark' }],
      link: [
        { rel: 'stylesheet', href: '/style.css' },
        { rel: 'icon', href: '/icon.svg', type: 'image/svg+xml' },
      ],
    },
  },
  routeRules: {
    // The build makes it once, for everybody.
    '/static': { prerender: true },
    '/**': {
      headers: {
        'cross-origin-opener-policy': 'same-origin',
        'referrer-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      },
    },
  },
  devtools: { enabled: true },
  telemetry: false,
})
