import { describe } from 'vitest'
import { describeAttacks } from './attack-cases.ts'
import { describeEnvironment } from './environment-cases.ts'
import { describePages } from './page-cases.ts'

const options = { fixture: 'app-15', next: 'next15' } as const

describe('CF-06 Next.js 15, whose middleware runs on the edge runtime', () => {
  describePages(options)
  describeAttacks(options)
  describeEnvironment(options)
})
