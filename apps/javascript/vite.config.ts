import { defineConfig, loadEnv, type Plugin, type UserConfig } from 'vite'
import { insertSettings, readSettings } from './server/settings.ts'

/** In development the page gets its settings here; the built one gets them from `server/`. */
function settings(env: NodeJS.ProcessEnv): Plugin {
  return {
    name: 'settings',
    apply: 'serve',
    transformIndexHtml: (html) => insertSettings(html, readSettings(env).page),
  }
}

export default defineConfig(({ mode }): UserConfig => {
  const env = { ...loadEnv(mode, import.meta.dirname, ''), ...process.env }
  return {
    plugins: [settings(env)],
    // The URLs that are registered at the issuer name this port.
    server: { port: Number(env['PORT'] || 4506), strictPort: true },
    build: { target: 'es2023', sourcemap: true },
    // Nothing of the environment is built in.
    envPrefix: 'NOTHING_OF_IT_',
  }
})
