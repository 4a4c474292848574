import { readdirSync, readFileSync } from 'node:fs'
import { getHeapStatistics } from 'node:v8'
import { Counter, Gauge, type Registry } from 'prom-client'

/** Undefined where there is no /proc. */
const openFiles = (): number | undefined => {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return undefined
  }
}

const mostFiles = (): number | undefined => {
  try {
    return Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]) || undefined
  } catch {
    return undefined
  }
}

/** What every program tells, under the names that Prometheus' clients share
 *  (prometheus.io/docs/instrumenting/writing_clientlibs, "Process metrics"), and Node's memory. All of it is looked up at the scrape. */
export const processMetrics = (registers: Registry[]): void => {
  const gauge = (name: string, help: string, read: () => number | undefined) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        const value = read()
        if (value !== undefined) this.set(value)
      },
    })
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'CPU time of the process',
    registers,
    collect() {
      const { user, system } = process.cpuUsage()
      this.reset()
      this.inc((user + system) / 1e6)
    },
  })
  const startedAt = Math.round(Date.now() / 1000 - process.uptime())
  gauge('process_start_time_seconds', 'When the process started, Unix time', () => startedAt)
  gauge('process_resident_memory_bytes', 'Resident memory', () => process.memoryUsage.rss())
  gauge('process_open_fds', 'Open files and sockets', openFiles)
  gauge('process_max_fds', 'Most files and sockets that the process may open', mostFiles)
  gauge('nodejs_heap_used_bytes', 'Heap in use by the main thread', () => getHeapStatistics().used_heap_size)
  gauge('nodejs_heap_limit_bytes', 'Heap that the main thread may use', () => getHeapStatistics().heap_size_limit)
  gauge(
    'nodejs_external_memory_bytes',
    'Memory outside the heap that objects hold',
    () => getHeapStatistics().external_memory,
  )
}
