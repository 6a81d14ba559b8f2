import { auth } from './lib/auth.ts'

export default auth.proxy({
  public: ['/public'],
  protect: [
    '/dashboard/:path*',
    '/organizations',
    '/team/:id',
    '/api/me',
    { path: '/reports', permissions: ['read:reports'] },
    { path: '/api/reports', permissions: ['read:reports'] },
    { path: '/beta', flags: ['beta_dashboard'] },
  ],
})
