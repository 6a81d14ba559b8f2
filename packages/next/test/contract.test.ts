import { describeAdapterContract } from '@trefoil/contract'
import { afterAll } from 'vitest'
import { createContractServer } from './contract-app.ts'

const server = createContractServer()
afterAll(() => server.close())

describeAdapterContract('Next.js 16', server.start, { ownVary: true })
