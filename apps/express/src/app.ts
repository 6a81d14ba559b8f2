import { fileURLToPath } from 'node:url'
import { errorHandler, getAuth, requireAuth, trefoil } from '@trefoil/express'
import express, { type Express } from 'express'
import { showBeta } from './pages/beta.ts'
import { showDashboard } from './pages/dashboard.ts'
import { showAccessDenied, showFailure, showNotFound } from './pages/errors.ts'
import { showHome } from './pages/home.ts'
import { showMachine } from './pages/machine.ts'
import { showOrganizations } from './pages/organizations.ts'
import { sendReports, showReports } from './pages/reports.ts'
import { securityHeaders } from './security-headers.ts'
import type { Settings } from './settings.ts'

/** The demo's application. */
export function createApp({ apiUrl, formOrigins, machine }: Settings): Express {
  const app = express()
  app.disable('x-powered-by')
  app.use(securityHeaders(formOrigins))
  app.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' })
  })
  app.use(express.static(fileURLToPath(new URL('../public', import.meta.url)), { maxAge: '1h' }))

  // Mounts /auth/*, and gives every request below `auth`. All demos share the host `localhost`, and
  // cookies ignore ports, so each has a cookie name of its own.
  app.use(trefoil({ name: 'demo-express' }))

  app.get('/', showHome)
  app.get('/dashboard', requireAuth(), showDashboard)
  app.get('/reports', requireAuth({ permissions: ['read:reports'] }), showReports(apiUrl))
  app.get('/beta', requireAuth({ flags: ['beta_dashboard'] }), showBeta)
  app.get('/organizations', requireAuth(), showOrganizations)
  app.get('/machine', showMachine(machine))
  app.get('/api/me', requireAuth(), (req, res) => {
    res.json({ session: getAuth(req).session })
  })
  app.get('/api/reports', requireAuth({ permissions: ['read:reports'] }), sendReports(apiUrl))

  app.use(showNotFound)
  app.use(showAccessDenied)
  app.use(errorHandler())
  app.use(showFailure)
  return app
}
