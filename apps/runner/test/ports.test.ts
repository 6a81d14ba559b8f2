import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { placeIssuer, placeServices } from '../src/plan.mjs'
import { findPortProblems } from '../src/ports.mjs'
import { findFreePorts, listen, portOf } from './free-port.ts'

describe('the ports of npm start', () => {
  it.each([undefined, '127.0.0.1'])(
    'names a taken port, what wants it and the way out (taken on %s)',
    async (host) => {
      const server = await listen(0, host)
      const port = portOf(server)

      const problems = await findPortProblems([{ name: 'express', title: 'Express demo', port }])

      await once(server.close(), 'close')
      expect(problems).toEqual([
        `Port ${port} is taken, and the Express demo wants it. Stop what listens there, or choose another port: PORT_EXPRESS=${port + 100} npm start`,
      ])
    },
  )

  it('is content with free ports, and leaves them free', async () => {
    const [port = 0] = await findFreePorts(1)
    const wish = { name: 'api', title: 'Reports API', port }

    expect(await findPortProblems([wish])).toEqual([])
    expect(await findPortProblems([wish])).toEqual([])
  })

  it('names two that want the same port', async () => {
    const [port = 0] = await findFreePorts(1)
    const wishes = ['express', 'api'].map((name) => ({ name, title: `${name} server`, port }))

    expect(await findPortProblems(wishes)).toEqual([
      `The express server and the api server both want port ${port}. Set PORT_API to another one.`,
    ])
  })

  it('can be moved by environment variables', () => {
    const env = { PORT_ISSUER: '5500', PORT_EXPRESS: '5501' }

    expect(placeIssuer(env).url).toBe('http://localhost:5500')
    expect(placeServices(env).map(({ name, url }) => [name, url])).toContainEqual([
      'express',
      'http://localhost:5501',
    ])
    expect(placeServices({}).find(({ name }) => name === 'express')?.port).toBe(4501)
  })

  it.each(['0', '70000', 'http', '4501.5'])('refuses "%s" as a port', (text) => {
    expect(() => placeIssuer({ PORT_ISSUER: text })).toThrow(
      `PORT_ISSUER must be a number from 1 to 65535, not "${text}".`,
    )
  })

  it('differ from one service to the next', () => {
    const ports = [placeIssuer({}), ...placeServices({})].map(({ port }) => port)

    expect(new Set(ports).size).toBe(ports.length)
  })
})
