export { type Issuer, type IssuerOptions, startIssuer } from './issuer.ts'
export type { Interceptor, IssuerRequest } from './requests.ts'
export type {
  Api,
  Application,
  Flag,
  JsonValue,
  Organization,
  Permission,
  Role,
  Seed,
  User,
} from './seed.ts'
export { defaultSettings, type IdTokenAudience, type IssuerSettings } from './settings.ts'
