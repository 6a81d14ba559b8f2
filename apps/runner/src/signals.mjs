const endings = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
/** How often the parent is looked for, in milliseconds. */
const interval = 500

/**
 * Calls back when somebody asks this process to end: by a signal, or by ending the package manager
 * that started it (not each of them passes signals on; that counts as SIGTERM). One Ctrl-C may call
 * several times: it comes from the terminal and from npm.
 * @param {(signal: NodeJS.Signals) => void} listener
 * @returns {() => void} stops listening
 */
export function onAskedToEnd(listener) {
  for (const signal of endings) process.on(signal, listener)
  const timer = process.env['npm_lifecycle_event'] ? watchParent(listener) : undefined
  return () => {
    clearInterval(timer)
    for (const signal of endings) process.off(signal, listener)
  }
}

/** @param {(signal: NodeJS.Signals) => void} listener */
function watchParent(listener) {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    listener('SIGTERM')
  }, interval)
  return timer.unref()
}
