import type { RouteObject } from 'react-router'
import { Layout } from './layout.tsx'
import { Beta } from './pages/beta.tsx'
import { Callback } from './pages/callback.tsx'
import { Dashboard } from './pages/dashboard.tsx'
import { Graphql } from './pages/graphql.tsx'
import { Home } from './pages/home.tsx'
import { NotFound } from './pages/not-found.tsx'
import { Organizations } from './pages/organizations.tsx'
import { Reports } from './pages/reports.tsx'

/** The pages; `server/server.ts` names their paths as well. */
export function createRoutes(apiUrl: string): RouteObject[] {
  return [
    {
      element: <Layout />,
      children: [
        { path: '/', element: <Home /> },
        { path: '/callback', element: <Callback /> },
        { path: '/dashboard', element: <Dashboard /> },
        { path: '/reports', element: <Reports apiUrl={apiUrl} /> },
        { path: '/graphql', element: <Graphql apiUrl={apiUrl} /> },
        { path: '/beta', element: <Beta /> },
        { path: '/organizations', element: <Organizations /> },
        { path: '*', element: <NotFound /> },
      ],
    },
  ]
}
