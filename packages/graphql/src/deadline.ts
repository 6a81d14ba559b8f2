// What a timer can wait at most; more would end at once.
const longest = 2 ** 31 - 1

/** Does something when a time in milliseconds has come; returns what stops it. Keeps no process alive. */
export function startDeadline(at: number, clock: () => number, act: () => void): () => void {
  let timer: NodeJS.Timeout
  const wait = (): void => {
    const left = at - clock()
    if (left <= 0) act()
    else timer = setTimeout(wait, Math.min(left, longest)).unref()
  }
  wait()
  return () => clearTimeout(timer)
}
