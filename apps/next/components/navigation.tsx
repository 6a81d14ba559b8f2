'use client'

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
  ['/pages-router', 'Pages'],
] as const

export function Navigation(): ReactNode {
  const path = usePathname()
  return (
    <nav aria-label="Pages">
      <ul>
        {links.map(([href, label]) => (
          <li key={href}>
            {/* A page of a user's is made when it is asked for: looking ahead would only ask twice. */}
            <Link href={href} prefetch={false} aria-current={href === path ? 'page' : undefined}>
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
