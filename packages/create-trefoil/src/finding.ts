/**
 * What a check found: `ok`; `problem`, with which a sign-in or call fails; `warning`, which is worth a
 * look; `unknown`, which could not be asked.
 */
export type Status = 'ok' | 'problem' | 'warning' | 'unknown'

/** One line of the doctor's report. It holds no secret. */
export interface Finding {
  /** What was looked at, in a word or two; an environment variable where one is to blame. */
  readonly check: string
  readonly status: Status
  readonly message: string
  /** The way out. */
  readonly remedy?: string
}

/** All is well with something. */
export function ok(check: string, message: string): Finding {
  return { check, status: 'ok', message }
}

/** Something is wrong, and how to mend it. */
export function problem(check: string, message: string, remedy: string): Finding {
  return { check, status: 'problem', message, remedy }
}

/** Something is odd, and what to do if it is not meant so. */
export function warning(check: string, message: string, remedy: string): Finding {
  return { check, status: 'warning', message, remedy }
}

/** Something could not be asked, and why. */
export function unknown(check: string, message: string): Finding {
  return { check, status: 'unknown', message }
}
