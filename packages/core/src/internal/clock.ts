/** Tells the time in milliseconds since 1970, as `Date.now` does; passed in, so tests own time. */
export type Clock = () => number

/** The time in whole seconds, the unit of every timestamp in tokens and sessions. */
export function inSeconds(clock: Clock): number {
  return Math.floor(clock() / 1000)
}
