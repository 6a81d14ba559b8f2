import { expectTypeOf } from 'vitest'
import {
  type Application,
  createSeed,
  defaultSettings,
  type Issuer,
  type IssuerSettings,
  readSeed,
  type Seed,
  startIssuer,
} from '../../src/index.ts'

expectTypeOf(startIssuer).returns.resolves.toEqualTypeOf<Issuer>()
expectTypeOf(createSeed).returns.toEqualTypeOf<Seed>()
expectTypeOf(readSeed).toEqualTypeOf<(value: unknown) => Seed>()
expectTypeOf(defaultSettings).toEqualTypeOf<Readonly<IssuerSettings>>()
expectTypeOf<Issuer['close']>().returns.resolves.toEqualTypeOf<void>()

void startIssuer({ port: 0, settings: { accessTokenLifetime: 60 }, seed: { users: [] } })
expectTypeOf<Application['kind']>().toEqualTypeOf<'backend' | 'frontend' | 'machine'>()
// @ts-expect-error -- misspelled
void startIssuer({ settings: { accessTokenLifeTime: 60 } })
