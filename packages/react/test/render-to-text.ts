import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { ReactNode } from 'react'
import { renderToPipeableStream } from 'react-dom/server'

/** What a server sends: the shell, and after `goOn` the rest. */
export async function renderToText(
  page: ReactNode,
  goOn: () => void,
): Promise<{ first: string; rest: string }> {
  const body = new PassThrough()
  const chunks: string[] = []
  body.on('data', (chunk: Buffer) => chunks.push(chunk.toString()))
  const ended = new Promise<void>((resolve) => body.on('end', resolve))
  await new Promise<void>((resolve, reject) => {
    const { pipe } = renderToPipeableStream(page, {
      onShellError: reject,
      onShellReady() {
        pipe(body)
        resolve()
      },
    })
  })
  if (chunks.length === 0) await once(body, 'data')
  const first = chunks.splice(0).join('')
  goOn()
  await ended
  return { first, rest: chunks.join('') }
}

/** The whole page at once, as a crawler gets it: nothing is filled in by scripts. */
export async function renderWhole(page: ReactNode): Promise<string> {
  const body = new PassThrough()
  await new Promise<void>((resolve, reject) => {
    const { pipe } = renderToPipeableStream(page, {
      onError: reject,
      onAllReady() {
        pipe(body)
        resolve()
      },
    })
  })
  return text(body)
}
