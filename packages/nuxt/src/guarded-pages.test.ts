import { describe, expect, it } from 'vitest'
import { findGuardedPages } from './guarded-pages'

describe('the pages that need a session', () => {
  const pages = [
    { path: '/', meta: {} },
    { path: '/dashboard', meta: { auth: true } },
    { path: '/reports', meta: { auth: { permissions: ['read:reports'] } } },
    { path: '/help', meta: { auth: false } },
    { path: '/by-name', meta: { middleware: ['auth'] } },
    { path: '/team/:id()', meta: { auth: true } },
    { path: '/admin', meta: { auth: true }, children: [{ path: 'users', meta: {} }] },
    {
      path: '/club',
      meta: { auth: true },
      children: [{ path: 'notice', meta: { auth: false } }],
    },
    {
      path: '/shop',
      meta: { auth: false },
      children: [
        { path: 'offers', meta: {} },
        { path: 'basket', meta: { auth: true } },
      ],
    },
    { path: '/files/:path(.*)*', meta: { auth: true } },
    { path: '/files/readme.txt', meta: {} },
  ]
  const isGuarded = (path: string, isProtected = false): boolean => {
    const { guarded, open } = findGuardedPages(pages, isProtected)
    return !open.includes(path) && guarded.some((source) => new RegExp(source, 'i').test(path))
  }

  it.each([
    '/dashboard',
    '/DASHBOARD/',
    '/reports',
    '/by-name',
    '/team/1',
    '/admin',
    '/admin/users',
    '/club/notice',
    '/shop/basket',
    '/files',
    '/files/a/b',
  ])('are %s', (path) => expect(isGuarded(path)).toBe(true))

  it.each(['/', '/help', '/team', '/team/1/2', '/dashboards', '/files/readme.txt'])(
    'are not %s',
    (path) => expect(isGuarded(path)).toBe(false),
  )

  it('are all that do not say otherwise, when the app is protected', () => {
    expect(isGuarded('/', true)).toBe(true)
    expect(isGuarded('/help', true)).toBe(false)
    expect(isGuarded('/shop/offers', true)).toBe(false)
  })
})
