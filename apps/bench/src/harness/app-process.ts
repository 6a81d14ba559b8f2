import { createServer } from 'node:http'
import type { Express } from 'express'
import type { Contender, GraphqlSetup, SessionSetup, Setup } from './contender.ts'
import { listen } from './listen.ts'
import { readCpu, serveTasks } from './worker-server.ts'

let getToken: (() => Promise<string>) | undefined

serveTasks({
  session: ({ name, setup }: { name: string; setup: Omit<SessionSetup, 'origin'> }) =>
    serveApp(async (origin) => {
      const { session } = await loadContender(name)
      if (!session) throw new Error(`${name} has no session`)
      return session.make({ ...setup, origin })
    }),
  bearer: ({ name, setup }: { name: string; setup: Setup }) =>
    serveApp(async () => {
      const { bearer } = await loadContender(name)
      if (!bearer) throw new Error(`${name} verifies no bearer tokens`)
      return bearer.make(setup)
    }),
  graphql: ({ name, setup }: { name: string; setup: GraphqlSetup }) =>
    serveApp(async () => {
      const { graphql } = await loadContender(name)
      if (!graphql) throw new Error(`${name} is no GraphQL server`)
      return graphql.make(setup)
    }),
  machine: async ({ name, setup }: { name: string; setup: Setup }) => {
    const { machine } = await loadContender(name)
    getToken = await machine?.(setup)
  },
  callAtOnce: async ({ count }: { count: number }) => {
    const startedAt = performance.now()
    await Promise.all(Array.from({ length: count }, requireToken))
    return performance.now() - startedAt
  },
  callInTurn: async ({ count }: { count: number }) => {
    const startedAt = readCpu()
    for (let call = 0; call < count; call++) await requireToken()
    return (readCpu() - startedAt) / count
  },
  moveClock: ({ seconds }: { seconds: number }) => moveClock(seconds),
  cpu: readCpu,
})

async function loadContender(name: string): Promise<Contender> {
  const { contender } = await import(`../contenders/${name}.ts`)
  return contender
}

async function serveApp(make: (origin: string) => Promise<Express>): Promise<string> {
  const server = createServer()
  const port = await listen(server)
  const origin = `http://localhost:${port}`
  server.on('request', await make(origin))
  return origin
}

async function requireToken(): Promise<string> {
  const token = await getToken?.()
  if (!token?.includes('.')) throw new Error('the contender gave no access token')
  return token
}

function moveClock(seconds: number): void {
  const RealDate = Date
  const now = (): number => RealDate.now() + seconds * 1000
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, parameters) =>
      parameters.length === 0 ? new target(now()) : Reflect.construct(target, parameters),
    get: (target, member) => (member === 'now' ? now : Reflect.get(target, member)),
  })
}
