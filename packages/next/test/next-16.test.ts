import { describe } from 'vitest'
import { describeAttacks } from './attack-cases.ts'
import { describeEnvironment } from './environment-cases.ts'
import { describePages } from './page-cases.ts'

const options = { fixture: 'app', next: 'next' } as const

describe('Next.js 16', () => {
  describePages(options)
  describeAttacks(options)
  describeEnvironment(options)
})
