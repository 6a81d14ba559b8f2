import type { Request } from 'express'
import { expectTypeOf } from 'vitest'
import { createHttpContext } from '../../src/http.ts'
import type { AuthContext } from '../../src/index.ts'

// A refusal is answered with a response.
const context = createHttpContext<Request>({ required: true, session: () => null })
expectTypeOf(context).returns.resolves.toExtend<AuthContext | readonly unknown[]>()
// @ts-expect-error -- misspelled
createHttpContext({ require: true })
