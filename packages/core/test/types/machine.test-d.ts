import { expectTypeOf } from 'vitest'
import { createMachineApp, type MachineApp, type MachineRequest } from '../../src/machine-app.ts'

const app = createMachineApp({ audience: 'https://a.example', scope: ['read:a'] })
expectTypeOf(app).toEqualTypeOf<MachineApp>()
expectTypeOf<MachineApp['getAccessToken']>().toEqualTypeOf<
  (request?: MachineRequest) => Promise<string>
>()
expectTypeOf<MachineApp['fetch']>()
  .parameter(1)
  .toEqualTypeOf<(RequestInit & MachineRequest) | undefined>()
expectTypeOf<MachineApp['fetch']>().returns.resolves.toEqualTypeOf<Response>()

// @ts-expect-error -- a token is for one API
createMachineApp({ audience: ['https://a.example', 'https://b.example'] })
// @ts-expect-error -- a machine signs nobody in
createMachineApp({ callbackPath: '/callback' })
