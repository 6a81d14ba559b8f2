/** Asks again, with a short pause between, until the answer fits; throws after `limit` milliseconds. */
export async function until<Result>(
  ask: () => Result | Promise<Result>,
  fits: (result: Result) => boolean,
  limit = 20_000,
): Promise<Result> {
  const end = performance.now() + limit
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- each question waits for the answer before
    const result = await ask()
    if (fits(result)) return result
    if (performance.now() > end) {
      throw new Error(`Still ${JSON.stringify(result)} after ${limit} ms.`)
    }
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
