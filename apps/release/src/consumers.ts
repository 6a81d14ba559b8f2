import type { Application } from '../../../packages/issuer/src/seed.ts'

/** Somebody who installs one of our packages and uses it; the folder has their files. */
export interface Consumer {
  /** The folder under `consumers/`. */
  readonly name: string
  /** What it installs of ours. */
  readonly package: string
  /** Code of the quick start in the README of `packages/…`; what names no file goes to `file`. */
  readonly quickStart?: { readonly folder: string; readonly file: string; readonly block?: number }
  /** Files of the quick start under another name. */
  readonly rename?: Readonly<Record<string, string>>
  /** How TypeScript resolves our entries. Default: each of the three ways. */
  readonly resolutions?: readonly Resolution[]
  readonly kind: Application['kind']
  /** Its path of the callback. Default: `/auth/callback`. */
  readonly callbackPath?: string
  /** Where its environment goes. Default: `.env`. */
  readonly envFile?: string
  readonly build?: readonly (readonly string[])[]
  /** What starts it; `PORT` stands for its port. For a job: what runs it. */
  readonly start: readonly string[]
  /** Whether a real browser is needed. */
  readonly needsBrowser?: true
  /** Among the ones of `npm test`. */
  readonly quick?: true
}

/** A way in which TypeScript finds the types of a package. */
export type Resolution = 'bundler' | 'node16' | 'nodenext'

const express = {
  package: '@trefoil/express',
  quickStart: { folder: 'express', file: 'app.mjs' },
  kind: 'backend',
  start: ['node', '--env-file=.env', 'app.mjs'],
} as const

const react = {
  package: '@trefoil/react',
  quickStart: { folder: 'react', file: 'src/quick-start.tsx', block: 1 },
  kind: 'frontend',
  callbackPath: '/callback',
  build: [['node', 'node_modules/vite/bin/vite.js', 'build']],
  start: ['node', 'node_modules/vite/bin/vite.js', 'preview', '--port', 'PORT', '--strictPort'],
  needsBrowser: true,
} as const

const next = {
  package: '@trefoil/next',
  quickStart: { folder: 'next', file: '' },
  kind: 'backend',
  envFile: '.env.local',
  build: [['node', 'node_modules/next/dist/bin/next', 'build']],
  start: ['node', 'node_modules/next/dist/bin/next', 'start', '--port', 'PORT'],
} as const

/** Every one that there is; a further one is one more entry and a folder. */
export const consumers: readonly Consumer[] = [
  { name: 'express-5', ...express, quick: true },
  { name: 'express-4', ...express },
  {
    name: 'node',
    package: '@trefoil/core',
    kind: 'machine',
    start: ['node', '--env-file=.env', 'job.mjs'],
    quick: true,
  },
  { name: 'react-19', ...react, quick: true },
  { name: 'react-18', ...react },
  {
    name: 'browser',
    package: '@trefoil/core',
    kind: 'frontend',
    callbackPath: '/callback',
    start: ['node', '--env-file=.env', 'server.mjs'],
    needsBrowser: true,
  },
  { name: 'next-16', ...next },
  { name: 'next-15', ...next, rename: { 'proxy.ts': 'middleware.ts' } },
]
