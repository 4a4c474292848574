import { Inspector } from './inspector.ts'

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
    return watch
  }

  /** Counts from now on. */
  async reset(): Promise<void> {
    await this.#ask('standstill.reset()')
  }

  async longestMs(): Promise<number> {
    return (await this.#ask('standstill.max')) / 1e6
  }

  close(): void {
    this.#inspector.close()
  }

  async #ask(expression: string): Promise<number> {
    const { result } = await this.#inspector.ask('Runtime.evaluate', { expression })
    return Number((result as { value?: number }).value)
  }
}
