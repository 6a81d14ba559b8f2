import { afterEach } from 'vitest'

const frames: HTMLIFrameElement[] = []

afterEach(() => {
  for (const frame of frames.splice(0)) frame.remove()
})

/** Another page of this origin, as a second tab would be; gone after the test. */
export function openFrame(): { window: Window & typeof globalThis; close: () => void } {
  const frame = document.createElement('iframe')
  document.body.append(frame)
  frames.push(frame)
  const { defaultView } = frame.contentDocument ?? document
  if (!defaultView) throw new Error('The frame has no window.')
  return { window: defaultView, close: () => frame.remove() }
}
