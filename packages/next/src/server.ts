// What the App Router and the proxy load: `server-only` has a build fail that brings it to a browser.
import 'server-only'

export * from './index.ts'
