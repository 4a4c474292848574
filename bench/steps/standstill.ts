import { loadavg } from 'node:os'
import { Inspector } from './inspector.ts'
import { report } from './report.ts'

/** In the gateway: time between two ticks of a timer, without that in which its thread waited for a processor (Linux; 0 elsewhere). */
const watchOwn = `globalThis.own = { longest: 0, at: performance.now(), waited: 0 }; {
  const { readFileSync } = process.getBuiltinModule('fs')
  const waited = () => { try { return Number(readFileSync('/proc/self/schedstat', 'latin1').split(' ')[1]) / 1e6 } catch { return NaN } }
  own.waited = waited()
  setInterval(() => {
    const [at, all] = [performance.now(), waited()]
    const stood = at - own.at - (all - own.waited)
    if (stood > own.longest) own.longest = stood
    Object.assign(own, { at, waited: all })
  }, 1).unref()
}`

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
    await watch.#ask(watchOwn)
    return watch
  }

  /** Counts from now on. */
  async reset(): Promise<void> {
    await this.#ask('standstill.reset(); own.longest = 0')
  }

  async longestMs(): Promise<number> {
    return (await this.#ask('standstill.max')) / 1e6
  }

  /** The same without the time in which the gateway could have run and other programs did: it says more than the time on a machine that does other
   *  things too. */
  longestOwnMs(): Promise<number> {
    return this.#ask('own.longest')
  }

  /** Prints both, and how busy the machine is. */
  async report(what: string, most: number): Promise<void> {
    report(`${what}: longest standstill of the event loop`, await this.longestMs(), 'ms', { most })
    report(`${what}: longest standstill, waits for a processor left out`, await this.longestOwnMs(), 'ms', { most })
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
