import { write } from 'node:fs'
import { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { beats, debugged, type WatchdogOrders } from './watchdog-signs.ts'

/** The main thread interrupts even an endless loop for it; not a call of the system that does not return. A machine that is short of processors, which
 *  may be why the thread stands still, needs seconds for it. */
const stackPatienceMs = 10_000
/** A terminal or a pipe that nobody reads may be what the main thread stands at. */
const logPatienceMs = 3_000

/** A line of the log, written without the main thread and without waiting for a reader. */
const report = async (log: WatchdogOrders['log'], fields: object, message: string): Promise<void> => {
  const { createLogger } = await import('../observe/logging.ts')
  const { promise, resolve } = Promise.withResolvers<void>()
  const stdout = new Writable({
    write: (chunk: Buffer, _encoding, done) =>
      write(1, chunk, () => {
        done()
        resolve()
      }),
  })
  createLogger({ log }, stdout).child({ part: 'watchdog' }).fatal(fields, message)
  await Promise.race([promise, sleep(logPatienceMs)])
}

const bark = async ({ periodMs, looks, log }: WatchdogOrders): Promise<void> => {
  const { whereMainStands } = await import('./where-main-stands.ts')
  const stack = await Promise.race([whereMainStands(), sleep(stackPatienceMs)]).catch(() => undefined)
  const seconds = Math.round((periodMs * looks) / 1000)
  const message = `the main thread has stood still for ${seconds} s: this process ends, to be started again`
  const err = { type: 'Standstill', message, stack: stack ?? 'not in JavaScript, or not to be interrupted' }
  await report(log, { err }, message)
}

/** Watches from the thread that calls it. @returns the timer that looks */
export const start = (orders: WatchdogOrders): NodeJS.Timeout => {
  const { signs, periodMs, looks } = orders
  let [last, silent] = [-1, 0]
  // Looks are counted, and not time: when the whole process was stopped (or the machine asleep), this thread stood still too.
  const watch = setInterval(() => {
    const now = Atomics.load(signs, beats)
    silent = now === last && Atomics.load(signs, debugged) === 0 ? silent + 1 : 0
    last = now
    if (silent < looks) return
    clearInterval(watch)
    // Also when the report failed. Nothing milder ends a thread that handles no signals.
    const end = () => process.kill(process.pid, 'SIGKILL')
    void bark(orders).then(end, end)
  }, periodMs)
  return watch
}
