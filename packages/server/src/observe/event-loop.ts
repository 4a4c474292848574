import { performance } from 'node:perf_hooks'
import { Gauge, Histogram, type Registry } from 'prom-client'
import { eachHalfSecond, halfSecondMs } from '../half-seconds.ts'

/** Measures how late a timer fires: for so long nothing else could be done either. A standstill shorter than the time between two looks may be missed; the
 *  share of time in which the loop was busy shows many short ones. Node's own histogram looks a hundred times a second, which was half of what an idle
 *  gateway did. @returns how to stop */
export const watchEventLoop = (registers: Registry[]): (() => void) => {
  const delay = new Histogram({
    name: 'switchboard_event_loop_delay_seconds',
    help: 'How late the event loop was, looked at twice a second',
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10],
    registers,
  })
  let before = performance.eventLoopUtilization()
  new Gauge({
    name: 'switchboard_event_loop_busy_ratio',
    help: 'Share of the time since the last scrape in which the event loop was busy',
    registers,
    collect() {
      const now = performance.eventLoopUtilization()
      this.set(performance.eventLoopUtilization(now, before).utilization)
      before = now
    },
  })
  let last = performance.now()
  return eachHalfSecond(() => {
    const now = performance.now()
    delay.observe(Math.max(0, now - last - halfSecondMs) / 1000)
    last = now
  })
}
