'use client'

import { useAuth } from '@trefoil/next/client'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'

const links = [
  ['/', 'Home'],
  ['/dashboard', 'Dashboard'],
  ['/reports', 'Reports'],
  ['/beta', 'Beta'],
  ['/organizations', 'Organizations'],
  ['/machine', 'Machine'],
  ['/notes', 'Notes'],
  ['/pages-router', 'Pages Router'],
  ['/static', 'Static'],
] as const

export function Navigation(): ReactNode {
  const path = usePathname()
  const { isAuthenticated } = useAuth()
  return (
    <nav aria-label="Pages">
      <ul>
        {links.map(([href, label]) => (
          <li key={href}>
            {/* Without a session there is nothing to look ahead at, nor is it in the other router. */}
            <Link
              href={href}
              prefetch={isAuthenticated && href !== '/pages-router' ? null : false}
              aria-current={href === path ? 'page' : undefined}
            >
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
