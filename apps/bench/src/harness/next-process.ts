import { fileURLToPath } from 'node:url'
import { readCpu, serveTasks } from './worker-server.ts'

const folder = fileURLToPath(new URL('../../next/', import.meta.url))
const program = fileURLToPath(import.meta.resolve('next/dist/bin/next'))

serveTasks({
  // What `next start` does, in this process: its CPU time can be read.
  async start({ port, env }: { port: number; env: Readonly<Record<string, string>> }) {
    Object.assign(process.env, env)
    process.chdir(folder)
    process.argv = [process.execPath, program, 'start', '-p', String(port)]
    await import(program)
  },
  cpu: readCpu,
})
