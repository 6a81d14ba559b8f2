import { decide } from '@trefoil/core'
import { refuseBearer } from '@trefoil/core/bearer'
import type { RequestHandler } from 'express'
import { readingReports } from './rights.ts'

/** Lets through who may read reports. Stands after `requireBearer()`, which verified the token. */
export const requireReports: RequestHandler = ({ bearer }, _res, next) => {
  const decision = decide(bearer, bearer && readingReports(bearer))
  next(decision.allowed ? undefined : refuseBearer(decision))
}
