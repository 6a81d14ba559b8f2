import { AuthProvider } from '@trefoil/react'
import { createRoot } from 'react-dom/client'
import { Dashboard, Header } from './quick-start.tsx'

const settings = import.meta.env
const root = document.querySelector('#root')
if (root) {
  createRoot(root).render(
    <AuthProvider issuer={settings['VITE_ISSUER_URL']} clientId={settings['VITE_CLIENT_ID']}>
      <Header />
      {location.pathname === '/dashboard' && <Dashboard />}
    </AuthProvider>,
  )
}
