// Outlives the runner by a moment: ends what it left, in whatever way it ended. A number on stdin is
// a process to guard, a negative one has ended.
import { createInterface } from 'node:readline'
import { killTree } from './process-tree.mjs'

/** @type {Set<number>} */
const pids = new Set()

for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line)
  if (pid > 0) pids.add(pid)
  else pids.delete(-pid)
}

for (const pid of pids) killTree(pid, 'SIGKILL')
