import { loadavg } from 'node:os'
import { Inspector } from './inspector.ts'
import { report } from './report.ts'

/** In the gateway: processor time of its thread between two ticks of a timer. */
const watchCpu = `globalThis.busiest = { ms: 0, last: process.threadCpuUsage() }; setInterval(() => {
  const now = process.threadCpuUsage()
  busiest.ms = Math.max(busiest.ms, (now.user + now.system - busiest.last.user - busiest.last.system) / 1000)
  busiest.last = now
}, 1).unref()`

/** The longest time for which the event loop of a gateway stood still, as the gateway itself measures it. */
export class Standstill {
  readonly #inspector: Inspector

  private constructor(inspector: Inspector) {
    this.#inspector = inspector
  }

  /** @param port what the gateway was given as `--inspect-port` in its NODE_OPTIONS */
  static async watch(gateway: Parameters<typeof Inspector.attach>[0], port: number): Promise<Standstill> {
    const watch = new Standstill(await Inspector.attach(gateway, port))
    await watch.#ask(
      `globalThis.standstill = process.getBuiltinModule('perf_hooks').monitorEventLoopDelay({ resolution: 1 }); standstill.enable()`,
    )
    await watch.#ask(watchCpu)
    return watch
  }

  /** Counts from now on. */
  async reset(): Promise<void> {
    await this.#ask('standstill.reset(); busiest.ms = 0')
  }

  async longestMs(): Promise<number> {
    return (await this.#ask('standstill.max')) / 1e6
  }

  /** How much of one standstill at most was the gateway's own work. On a machine that does other things too, it says more than the time. */
  longestCpuMs(): Promise<number> {
    return this.#ask('busiest.ms')
  }

  /** Prints both, and how busy the machine is. */
  async report(what: string, most: number): Promise<void> {
    report(`${what}: longest standstill of the event loop`, await this.longestMs(), 'ms', { most })
    report(`${what}: longest standstill, own CPU`, await this.longestCpuMs(), 'ms', { most })
    report(`${what}: load average of the machine`, loadavg()[0]!, '')
  }

  close(): void {
    this.#inspector.close()
  }

  async #ask(expression: string): Promise<number> {
    const { result } = await this.#inspector.ask('Runtime.evaluate', { expression })
    return Number((result as { value?: number }).value)
  }
}
