import { auth } from '../../../lib/auth.ts'

export const { GET, POST, PUT, PATCH, DELETE } = auth.handlers
