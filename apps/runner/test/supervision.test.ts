import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { findPortProblems } from '../src/ports.mjs'
import { findFreePorts } from './free-port.ts'

const script = fileURLToPath(new URL('fixtures/supervise.mjs', import.meta.url))
const running: Runner[] = []

afterEach(() => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL')
})

describe('running programs side by side', { timeout: 15_000 }, () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('leaves no orphan after %s', async (signal) => {
    const runner = await startRunner(2)
    const ports = await runner.waitForPorts()
    expect(await findTaken(ports)).toEqual(ports)

    runner.child.kill(signal)
    // The terminal and npm both send one Ctrl-C.
    runner.child.kill(signal)

    expect(await runner.ended).toBe(0)
    expect(await findTaken(ports)).toEqual([])
  })

  it('ends everything with code 1 when one dies, and shows its last lines', async () => {
    const runner = await startRunner(2)
    const ports = await runner.waitForPorts()

    await fetch(`http://localhost:${runner.ports[1]}/die`).catch(() => undefined)

    expect(await runner.ended).toBe(1)
    expect(runner.stderr()).toContain(`The demo on ${runner.ports[1]} ended (code 3).`)
    expect(runner.stderr()).toContain('  The disk is full.')
    expect(await findTaken(ports)).toEqual([])
  })

  it('puts the name of the program before its lines', async () => {
    const runner = await startRunner(1)

    // What a program prints may come after the runner's own word.
    await vi.waitFor(() => expect(runner.stdout()).toContain(`demo-${runner.ports[0]} | port `))
  })

  it('leaves no orphan even when it is killed', async () => {
    const runner = await startRunner(2)
    const ports = await runner.waitForPorts()

    runner.child.kill('SIGKILL')

    await expect.poll(() => findTaken(ports), { timeout: 5_000 }).toEqual([])
  })

  it('ends when the package manager that started it is gone', async () => {
    const parent =
      'require("node:child_process").spawn(process.execPath, process.argv.slice(1), { stdio: "inherit" })'
    const runner = await startRunner(1, ['-e', `${parent}; setInterval(() => {}, 1000)`])
    const ports = await runner.waitForPorts()

    runner.child.kill('SIGKILL')
    // The streams close only when the last program that holds them has ended.
    await runner.ended

    expect(await findTaken(ports)).toEqual([])
  })
})

interface Runner {
  readonly child: ChildProcessByStdio<null, Readable, Readable>
  readonly ports: readonly number[]
  readonly ended: Promise<number | null>
  stdout(): string
  stderr(): string
  /** Of every server and its child. */
  waitForPorts(): Promise<number[]>
}

async function startRunner(count: number, before: readonly string[] = []): Promise<Runner> {
  const ports = await findFreePorts(count)
  const child = spawn(process.execPath, [...before, script, ...ports.map(String)], {
    env: { ...process.env, npm_lifecycle_event: 'start' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = once(child, 'close').then(() => child.exitCode)
  const isTrue = async (condition: () => boolean): Promise<void> => {
    while (!condition()) {
      const [event] = await Promise.race([once(child.stdout, 'data'), ended.then(() => [])])
      if (event === undefined) throw new Error(`It ended early:\n${stderr}`)
    }
  }
  const readPorts = (): number[] =>
    [...stdout.matchAll(/ port (\d+)/g)].map(([, port]) => Number(port))
  const runner: Runner = {
    child,
    ports,
    ended,
    stdout: () => stdout,
    stderr: () => stderr,
    async waitForPorts() {
      await isTrue(() => readPorts().length === count * 2)
      return readPorts()
    },
  }
  running.push(runner)
  await isTrue(() => stdout.includes('all up'))
  return runner
}

async function findTaken(ports: readonly number[]): Promise<number[]> {
  const wishes = ports.map((port) => ({ name: 'demo', title: 'demo', port }))
  const problems = await findPortProblems(wishes)
  return ports.filter((port) => problems.some((problem) => problem.startsWith(`Port ${port} is`)))
}
