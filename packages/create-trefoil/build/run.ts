import { fileURLToPath } from 'node:url'
import { packDemos } from './pack-demos.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
packDemos(root, fileURLToPath(new URL('../dist/demos', import.meta.url)))
