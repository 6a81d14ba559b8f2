import express, { type Express } from 'express'
import type { Contender } from '../harness/contender.ts'

/** An Express route without anything: what everybody's cost comes on top of. */
export const contender: Contender = {
  session: { places: ['cookies', 'redis'], make },
  bearer: { make },
}

async function make(): Promise<Express> {
  const app = express()
  app.get('/me', (_req, res) => {
    res.json({ user: null })
  })
  return app
}
