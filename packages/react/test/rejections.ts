/** Calls the listener for every promise that rejects unheard, on Node or in a browser; gives the end of it. */
export function onRejection(listener: () => void): () => void {
  if ('process' in globalThis && process.versions?.node !== undefined) {
    process.on('unhandledRejection', listener)
    return () => void process.off('unhandledRejection', listener)
  }
  window.addEventListener('unhandledrejection', listener)
  return () => window.removeEventListener('unhandledrejection', listener)
}
