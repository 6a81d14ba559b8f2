import type { Application } from '../../../packages/issuer/src/seed.ts'

/** Somebody who installs one of our packages and uses it; the folder has their files. */
export interface Consumer {
  /** The folder under `consumers/`. */
  readonly name: string
  /** What it installs of ours. */
  readonly package: string
  /**
   * Takes the code of the quick start in the README of `packages/<folder>`: each piece goes to the file
   * that it names, or to the one of its place in `files`; an empty name leaves it out.
   */
  readonly quickStart?: { readonly folder: string; readonly files: readonly string[] }
  /** The demo that `npm create trefoil` makes of it, in place of a folder and a quick start. */
  readonly demo?: string
  /** What of ours it needs beside `package`. */
  readonly needs?: readonly string[]
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
  quickStart: { folder: 'express', files: ['app.mjs'] },
  kind: 'backend',
  start: ['node', '--env-file=.env', 'app.mjs'],
} as const

const react = {
  package: '@trefoil/react',
  quickStart: { folder: 'react', files: ['', 'src/quick-start.tsx'] },
  kind: 'frontend',
  callbackPath: '/callback',
  build: [['node', 'node_modules/vite/bin/vite.js', 'build']],
  start: ['node', 'node_modules/vite/bin/vite.js', 'preview', '--port', 'PORT', '--strictPort'],
  needsBrowser: true,
} as const

const next = {
  package: '@trefoil/next',
  quickStart: { folder: 'next', files: [] },
  kind: 'backend',
  envFile: '.env.local',
  build: [['node', 'node_modules/next/dist/bin/next', 'build']],
  start: ['node', 'node_modules/next/dist/bin/next', 'start', '--port', 'PORT'],
} as const

/** A demo, made with `npm create trefoil`. */
function demo(name: string, kind: Consumer['kind'], needs: readonly string[]): Consumer {
  const isFrontend = kind === 'frontend'
  return {
    name: `create-${name}`,
    package: 'create-trefoil',
    demo: name,
    needs,
    kind,
    ...(isFrontend && { callbackPath: '/callback', needsBrowser: true }),
    build: [['npm', 'run', 'build']],
    start: ['npm', 'start'],
  }
}

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
  {
    name: 'nuxt-4',
    package: '@trefoil/nuxt',
    quickStart: { folder: 'nuxt', files: ['nuxt.config.ts', 'app/pages/dashboard.vue'] },
    kind: 'backend',
    build: [['node', 'node_modules/nuxt/bin/nuxt.mjs', 'build']],
    start: ['node', '--env-file=.env', '.output/server/index.mjs'],
  },
  demo('express', 'backend', ['@trefoil/express']),
  demo('next', 'backend', ['@trefoil/next']),
  demo('nuxt', 'backend', ['@trefoil/nuxt']),
  demo('react', 'frontend', ['@trefoil/react']),
  demo('javascript', 'frontend', ['@trefoil/core']),
]
