import { cronOf, type Schedule } from './config/schedule.ts'

/** Longer waits than Node's timers can hold are made of several. */
const longestMs = 2 ** 31 - 1

const keepEvery = (everyMs: number, run: () => Promise<void>): (() => void) => {
  let timer: NodeJS.Timeout | undefined
  const wait = (leftMs: number): void => {
    const step = Math.min(leftMs, longestMs)
    timer = setTimeout(() => (leftMs > step ? wait(leftMs - step) : void run().finally(again)), step).unref()
  }
  let stopped = false
  const again = (): void => {
    if (!stopped) wait(everyMs)
  }
  again()
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}

/** Does something on a schedule, never twice at the same time, until the answered function is called. Keeps no process alive.
 *  @param run never rejects */
export const keepSchedule = (schedule: Schedule, run: () => Promise<void>): (() => void) => {
  if ('everyMs' in schedule) return keepEvery(schedule.everyMs, run)
  const job = cronOf(schedule, run)
  return () => job.stop()
}
