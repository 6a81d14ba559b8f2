import { createMachineApp } from '@trefoil/core/machine'

const issuer = process.env['KINDE_ISSUER_URL'] ?? ''
const machine = createMachineApp({ audience: `${issuer}/api`, scope: ['read:users'] })
const response = await machine.fetch(`${issuer}/api/v1/users`)
const { users } = /** @type {{ users: { email: string }[] }} */ (await response.json())
for (const { email } of users) console.log(email)
