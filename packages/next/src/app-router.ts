// What only the App Router has, and only its bundles can load; package.json names this file as #app-router.
export { cookies, headers } from 'next/headers'
export { forbidden, redirect, unauthorized } from 'next/navigation'
