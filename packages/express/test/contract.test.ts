import { describeAdapterContract } from '@trefoil/contract'
import { startWith } from './contract-app.ts'
import { frameworks } from './frameworks.ts'

for (const [name, express] of frameworks) describeAdapterContract(name, startWith(express))
