const endings = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
/** How often the parent is looked for, in milliseconds. */
const interval = 500

/**
 * Resolves when somebody asks this process to end: by a signal, or by ending the package manager
 * that started it (not each of them passes signals on). Further signals change nothing: one Ctrl-C
 * arrives several times, from the terminal and from npm.
 * @returns {Promise<void>}
 */
export function untilAskedToEnd() {
  return new Promise((resolve) => {
    const end = () => resolve()
    for (const signal of endings) process.on(signal, end)
    if (process.env['npm_lifecycle_event']) watchParent(end)
  })
}

/** @param {() => void} end */
function watchParent(end) {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    end()
  }, interval)
  timer.unref()
}
