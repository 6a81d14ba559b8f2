/** The result of a task, or `undefined` when it fails or takes longer than that many milliseconds. */
export async function within<Result>(
  milliseconds: number,
  task: Promise<Result>,
): Promise<Result | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, milliseconds, undefined)
  })
  try {
    return await Promise.race([task.catch(() => undefined), late])
  } finally {
    clearTimeout(timer)
  }
}
