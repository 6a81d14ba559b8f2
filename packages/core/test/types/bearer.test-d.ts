import { expectTypeOf } from 'vitest'
import {
  type BearerIdentity,
  type BearerVerifier,
  createBearerVerifier,
  refuseBearer,
} from '../../src/bearer.ts'
import { decide, type Rights, type TrefoilError } from '../../src/index.ts'

const verifier = createBearerVerifier({ audience: 'https://a.example' })
expectTypeOf(verifier).toEqualTypeOf<BearerVerifier>()
expectTypeOf<BearerVerifier['verifyToken']>().returns.resolves.toEqualTypeOf<BearerIdentity>()
expectTypeOf<BearerIdentity>().toExtend<Rights>()
expectTypeOf<BearerIdentity['kind']>().toEqualTypeOf<'user' | 'machine'>()
expectTypeOf<BearerIdentity['subject']>().toEqualTypeOf<string | null>()

const decision = decide(null)
if (!decision.allowed) expectTypeOf(refuseBearer(decision)).toEqualTypeOf<TrefoilError>()
// @ts-expect-error -- nothing to refuse
refuseBearer({ allowed: true })
// @ts-expect-error -- misspelled
void verifier.verifyToken('a', { scope: ['read:a'] })
// @ts-expect-error -- an API needs no client
createBearerVerifier({ clientId: 'a' })
