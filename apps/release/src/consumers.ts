import type { Application } from '../../../packages/issuer/src/seed.ts'
import type { Question } from './api-calls.ts'

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
  /**
   * What starts it; `PORT` stands for its port. For a job: what runs it. Without: the end-to-end specs
   * start it.
   */
  readonly start?: readonly string[]
  /** It is an API, which is asked this with a token of its application in place of a sign-in. */
  readonly asks?: readonly Question[]
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
function demo(
  name: string,
  kind: Consumer['kind'],
  needs: readonly string[],
  asks?: readonly Question[],
): Consumer {
  const isFrontend = kind === 'frontend'
  return {
    name: `create-${name}`,
    package: 'create-trefoil',
    demo: name,
    needs,
    kind,
    ...(isFrontend && { callbackPath: '/callback', needsBrowser: true }),
    // The build of the others is their type-check as well.
    build: [['npm', 'run', 'build'], ...(name === 'nuxt' ? [['npm', 'run', 'typecheck']] : [])],
    // The job needs the API beside it.
    ...(kind !== 'machine' && { start: ['npm', 'start'] }),
    ...(asks && { asks }),
  }
}

/** Every one that there is, the long ones first; a further one is one more entry and a folder. */
export const consumers: readonly Consumer[] = [
  {
    name: 'nuxt-4',
    package: '@trefoil/nuxt',
    quickStart: { folder: 'nuxt', files: ['nuxt.config.ts', 'app/pages/dashboard.vue'] },
    kind: 'backend',
    build: [
      ['node', 'node_modules/nuxt/bin/nuxt.mjs', 'build'],
      ['node', 'node_modules/nuxt/bin/nuxt.mjs', 'typecheck'],
    ],
    start: ['node', '--env-file=.env', '.output/server/index.mjs'],
    quick: true,
  },
  { name: 'next-16', ...next, quick: true },
  { name: 'next-15', ...next, rename: { 'proxy.ts': 'middleware.ts' } },
  { name: 'react-19', ...react, quick: true },
  { name: 'react-18', ...react },
  {
    name: 'graphql-apollo',
    package: '@trefoil/graphql',
    quickStart: { folder: 'graphql', files: ['api.mjs'] },
    kind: 'backend',
    start: ['node', '--env-file=.env', 'api.mjs'],
    asks: [{ path: '/graphql', query: '{ reports }' }],
    quick: true,
  },
  { name: 'express-5', ...express, quick: true },
  { name: 'express-4', ...express },
  {
    name: 'node',
    package: '@trefoil/core',
    kind: 'machine',
    start: ['node', '--env-file=.env', 'job.mjs'],
    quick: true,
  },
  {
    name: 'browser',
    package: '@trefoil/core',
    kind: 'frontend',
    callbackPath: '/callback',
    start: ['node', '--env-file=.env', 'server.mjs'],
    needsBrowser: true,
  },
  demo('nuxt', 'backend', ['@trefoil/nuxt']),
  demo('next', 'backend', ['@trefoil/next']),
  demo('express', 'backend', ['@trefoil/express']),
  demo('react', 'frontend', ['@trefoil/react']),
  demo('javascript', 'frontend', ['@trefoil/core']),
  demo(
    'api',
    'backend',
    ['@trefoil/express', '@trefoil/graphql'],
    [
      { path: '/reports' },
      { path: '/graphql/express', query: '{ reports { title } }' },
      { path: '/graphql/apollo', query: '{ reports { title } }' },
    ],
  ),
  demo('machine', 'machine', ['@trefoil/core']),
]

/** The demos that the end-to-end specs have beside each other one. */
export const companions: readonly string[] = ['api', 'machine']

/** Those whose names begin so (all, when nothing is named), with the demos that they cannot do without. */
export function choose(only: readonly string[], quick: boolean): Consumer[] {
  const named = consumers
    .filter((consumer) => !quick || consumer.quick)
    .filter(({ name }) => only.length === 0 || only.some((start) => name.startsWith(start)))
  const isPlayed = named.some(({ demo: name }) => name !== undefined && !companions.includes(name))
  const isNeeded = ({ demo: name }: Consumer): boolean =>
    isPlayed && name !== undefined && companions.includes(name)
  return consumers.filter((consumer) => named.includes(consumer) || isNeeded(consumer))
}
