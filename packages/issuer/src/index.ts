export { type Issuer, type IssuerOptions, startIssuer } from './issuer.ts'
export type { Interceptor, IssuerRequest } from './requests.ts'
export {
  type Api,
  type Application,
  createSeed,
  type Flag,
  type JsonValue,
  type Organization,
  type Permission,
  type Role,
  type Seed,
  type User,
} from './seed.ts'
export { readSeed, SeedError } from './seed-file.ts'
export { defaultSettings, type IdTokenAudience, type IssuerSettings } from './settings.ts'
