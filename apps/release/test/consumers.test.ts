import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { plans } from '../../../packages/create-trefoil/build/plans.ts'
import { choose, companions, consumers } from '../src/consumers.ts'
import { listProjects } from '../src/specs.ts'
import { demos } from '../../e2e/support/demos.ts'

const names = (only: readonly string[], quick = false) =>
  choose(only, quick).map(({ name }) => name)

describe('the choice of consumers', () => {
  it('is all of them when nothing is named', () => {
    expect(choose([], false)).toEqual(consumers)
  })

  it('is those whose names begin so', () => {
    expect(names(['express', 'next-16'])).toEqual(['next-16', 'express-5', 'express-4'])
  })

  it('brings along what the specs of a demo need', () => {
    expect(names(['create-next'])).toEqual(['create-next', 'create-api', 'create-machine'])
  })

  it('leaves the API and the job alone when they alone are named', () => {
    expect(names(['create-api'])).toEqual(['create-api'])
  })

  it('has one of every package that an app is built on, in npm test', () => {
    const packages = choose([], true).map((consumer) => consumer.package)

    expect(new Set(packages)).toEqual(
      new Set(
        ['core', 'express', 'graphql', 'next', 'nuxt', 'react'].map((name) => `@trefoil/${name}`),
      ),
    )
  })

  it('knows every folder of consumers', () => {
    const folders = readdirSync(fileURLToPath(new URL('../consumers', import.meta.url)))
    const known = consumers.filter(({ demo }) => demo === undefined).map(({ name }) => name)

    expect(folders.sort()).toEqual(known.sort())
  })
})

describe('the copies of demos', () => {
  it('are of every demo that create-trefoil brings', () => {
    const made = consumers.flatMap(({ demo }) => demo ?? [])

    expect(made.sort()).toEqual(plans.map(({ name }) => name).sort())
  })

  it('are played by every project of the end-to-end specs', () => {
    const made = consumers.flatMap(({ demo }) => demo ?? [])

    expect(listProjects(made)).toEqual(demos.map(({ name }) => name))
  })

  it('are played by their own projects alone', () => {
    expect(listProjects(['javascript', ...companions])).toEqual([
      'javascript',
      'javascript-memory',
      'javascript-cookie',
    ])
  })
})
