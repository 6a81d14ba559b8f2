/** The result of a task; rejects when it fails or takes longer than that many milliseconds. */
export async function inTime<Result>(milliseconds: number, task: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${milliseconds} ms`)), milliseconds)
  })
  try {
    return await Promise.race([task, late])
  } finally {
    clearTimeout(timer)
  }
}

/** The result of a task, or `undefined` when it fails or takes longer than that many milliseconds. */
export async function within<Result>(
  milliseconds: number,
  task: Promise<Result>,
): Promise<Result | undefined> {
  return inTime(milliseconds, task).catch(() => undefined)
}

/** Waits that many milliseconds. */
export async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })
}
