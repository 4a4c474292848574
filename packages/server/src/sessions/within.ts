/** Waits for a promise no longer than the bound; whether it fails does not matter. */
export async function within(promise: Promise<unknown>, boundMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const bound = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, boundMs)
  })
  await Promise.race([promise.catch(() => undefined), bound])
  clearTimeout(timer)
}
