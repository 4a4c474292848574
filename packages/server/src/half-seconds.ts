/** Time between two calls, ms. */
export const halfSecondMs = 500

const tasks = new Set<() => void>()
let timer: NodeJS.Timeout | undefined

/** Calls a short task twice a second for as long as the process runs. All of them share one timer, because each wake-up of an idle process costs more
 *  than what it does then. @returns how to stop */
export const eachHalfSecond = (task: () => void): (() => void) => {
  tasks.add(task)
  timer ??= setInterval(() => {
    for (const each of tasks) each()
  }, halfSecondMs).unref()
  return () => {
    tasks.delete(task)
    if (tasks.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}
