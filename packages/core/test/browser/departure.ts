import { vi } from 'vitest'

/** Keeps the page from leaving. */
export interface Departure {
  /** Where the page wanted to go. */
  url(): URL
  stop(): void
}

/** Catches the next navigation to another page: in a real browser, where it began; else as it is asked for. */
export function catchDeparture(): Departure {
  let target = ''
  if (!('navigation' in window)) {
    const assign = vi
      .spyOn(location, 'assign')
      .mockImplementation((url) => void (target = `${url}`))
    return { url: () => new URL(target), stop: () => assign.mockRestore() }
  }
  const catchIt = (event: NavigateEvent): void => {
    target = event.destination.url
    event.preventDefault()
  }
  window.navigation.addEventListener('navigate', catchIt)
  return {
    url: () => new URL(target),
    stop: () => window.navigation.removeEventListener('navigate', catchIt),
  }
}
