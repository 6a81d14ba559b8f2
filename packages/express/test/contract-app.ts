import type { StartApp } from '@trefoil/contract'
import { createMemoryStore } from '@trefoil/core'
import type express5 from 'express'
import type { Request } from 'express'
import { errorHandler, getAuth, requireAuth, trefoil } from '../src/index.ts'
import { closeServer, waitForPort } from './serve.ts'

/** Gives the way to start the contract's app on a version of Express. */
export function startWith(express: typeof express5): StartApp {
  return async (settings) => {
    const app = express()
    app.get('/public', (_req, res) => {
      res.set('cache-control', 'public, max-age=60').send('public')
    })
    const { idleTimeout, absoluteTimeout, store, timeout } = settings
    app.use(
      trefoil({
        name: 'contract',
        issuer: settings.issuerUrl,
        clientId: settings.clientId,
        clientSecret: settings.clientSecret,
        siteUrl: `http://localhost:${settings.port}`,
        secret: settings.secrets,
        env: {},
        ...(timeout !== undefined && { timeout }),
        // Half of the cases make trouble on purpose; their log would hide a real one.
        onEvent: () => undefined,
        session: {
          ...(store === 'memory' && { store: createMemoryStore() }),
          ...(idleTimeout !== undefined && { idleTimeout }),
          ...(absoluteTimeout !== undefined && { absoluteTimeout }),
        },
      }),
    )
    const reports = requireAuth({ permissions: ['read:reports'] })
    app.get('/', (req, res) => res.send(showUser(req)))
    app.get('/dashboard', requireAuth(), (req, res) => res.send(showUser(req)))
    app.get('/reports', reports, (_req, res) => res.send('<p data-testid="reports">Reports</p>'))
    app.get('/beta', requireAuth({ flags: ['beta_dashboard'] }), (_req, res) => res.send('beta'))
    app.get('/organizations', requireAuth(), (req, res) => {
      const code = getAuth(req).session?.organization?.code ?? ''
      res.send(`<p data-testid="organization">${code}</p>`)
    })
    app.get('/api/me', requireAuth(), (req, res) => res.json({ session: getAuth(req).session }))
    app.get('/api/reports', reports, (_req, res) => res.json({ reports: [] }))
    app.use(errorHandler())
    const server = app.listen(settings.port)
    return {
      url: `http://localhost:${await waitForPort(server)}`,
      close: () => closeServer(server),
    }
  }
}

function showUser(req: Request): string {
  return `<p data-testid="user-name">${getAuth(req).user?.name ?? ''}</p>`
}
