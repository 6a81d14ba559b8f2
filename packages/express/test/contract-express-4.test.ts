import { describeAdapterContract } from '@trefoil/contract'
import { startWith } from './contract-app.ts'
import { loadExpress4 } from './frameworks.ts'

// A file of its own, so that the two versions are tested side by side.
describeAdapterContract('Express 4', startWith(loadExpress4()))
