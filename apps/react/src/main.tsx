import { FrontendProvider } from '@trefoil/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createBrowserRouter, RouterProvider } from 'react-router'
import './keys.ts'
import { createRoutes } from './routes.tsx'
import { readPageSettings } from './settings.ts'

const { issuer, preset, clientId, audience, scope, siteUrl, postLogoutRedirectUrl, apiUrl } =
  readPageSettings()
const router = createBrowserRouter(createRoutes(apiUrl))

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element with the id "root".')

createRoot(root).render(
  <StrictMode>
    <FrontendProvider
      issuer={issuer}
      preset={preset}
      clientId={clientId}
      audience={audience}
      {...(scope && { scope })}
      redirectUri={new URL('/callback', siteUrl).href}
      postLogoutRedirectUrl={postLogoutRedirectUrl || siteUrl}
      allowedOrigins={[new URL(apiUrl).origin]}
      onReturn={(path) => void router.navigate(path, { replace: true })}
    >
      <RouterProvider router={router} />
    </FrontendProvider>
  </StrictMode>,
)
