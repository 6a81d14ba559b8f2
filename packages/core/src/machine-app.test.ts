import { beforeEach, describe, expect, it } from 'vitest'
import { failureOf } from '../test/client.ts'
import { paths } from '../test/fake-provider.ts'
import { createMachine, type Machine } from '../test/machine.ts'
import { ConfigurationError } from './errors.ts'
import { createMachineApp } from './machine-app.ts'

describe('a machine application', () => {
  let machine: Machine
  beforeEach(async () => {
    machine = await createMachine()
  })

  it('reads its environment at the first use and asks for nothing before', async () => {
    const env = {
      KINDE_ISSUER_URL: machine.fake.issuer,
      KINDE_M2M_CLIENT_ID: 'machine-9',
      KINDE_M2M_CLIENT_SECRET: 'machine-secret-9',
      KINDE_M2M_AUDIENCE: 'https://env.example',
    }
    const app = createMachineApp({ env, fetch: machine.fake.fetch, clock: () => machine.time.now })
    expect(machine.fake.requests).toEqual([])
    await app.getAccessToken()
    expect(Object.fromEntries(machine.fake.to(paths.token)[0]?.form ?? [])).toEqual({
      grant_type: 'client_credentials',
      client_id: 'machine-9',
      client_secret: 'machine-secret-9',
      audience: 'https://env.example',
    })
  })

  it('names all that is missing at once, in every method', async () => {
    const app = createMachineApp({ env: {} })
    const missing = /KINDE_ISSUER_URL[\s\S]*KINDE_M2M_CLIENT_ID[\s\S]*KINDE_M2M_CLIENT_SECRET/
    expect(() => app.configure()).toThrow(missing)
    await expect(app.getAccessToken()).rejects.toThrow(missing)
    await expect(app.fetch('https://api.example')).rejects.toThrow(missing)
  })

  it('works as soon as what was missing is there', async () => {
    const env: Record<string, string> = { KINDE_ISSUER_URL: machine.fake.issuer }
    const app = createMachineApp({ env, fetch: machine.fake.fetch, clock: () => machine.time.now })
    expect(await failureOf(app.getAccessToken())).toBeInstanceOf(ConfigurationError)
    Object.assign(env, { KINDE_M2M_CLIENT_ID: 'm', KINDE_M2M_CLIENT_SECRET: 's' })
    expect(await app.getAccessToken()).toBe('token-1')
  })

  it('refuses an option that does not exist, at once', () => {
    const options = { audiance: 'https://api.example', env: {} }
    expect(() => createMachineApp(options)).toThrow(/"audiance" is not known/)
  })

  it('MM-10 keeps the secret it has read: a new one counts after a restart', async () => {
    const env: Record<string, string> = {
      KINDE_ISSUER_URL: machine.fake.issuer,
      KINDE_M2M_CLIENT_ID: 'machine-1',
      KINDE_M2M_CLIENT_SECRET: 'old-secret',
    }
    const start = () =>
      createMachineApp({ env, fetch: machine.fake.fetch, clock: () => machine.time.now })
    const before = start()
    await before.getAccessToken()
    env['KINDE_M2M_CLIENT_SECRET'] = 'new-secret'
    await before.getAccessToken({ audience: 'https://b.example' })
    await start().getAccessToken()
    const secrets = machine.fake.to(paths.token).map(({ form }) => form.get('client_secret'))
    expect(secrets).toEqual(['old-secret', 'old-secret', 'new-secret'])
  })

  it('MM-05 holds nothing in common with another in the same process', async () => {
    const other = machine.create({ clientId: 'machine-2' })
    expect([await machine.app.getAccessToken(), await other.getAccessToken()]).toEqual([
      'token-1',
      'token-2',
    ])
  })
})
