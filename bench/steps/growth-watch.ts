import type { GatewayProcess } from '../../e2e/steps/gateway-process.ts'

const mebibyte = 2 ** 20
const sampleMs = 50

/** How far the resident memory of a gateway rises above where it was, and the processor time that it takes, from now on. */
export class GrowthWatch {
  readonly #gateway: GatewayProcess
  readonly #before: { cpuSeconds: number; rssBytes: number }
  readonly #timer: NodeJS.Timeout
  #highest: number

  constructor(gateway: GatewayProcess) {
    this.#gateway = gateway
    this.#before = gateway.usage()
    this.#highest = this.#before.rssBytes
    this.#timer = setInterval(() => {
      this.#highest = Math.max(this.#highest, gateway.usage().rssBytes)
    }, sampleMs)
  }

  stop(): { grownMiB: number; cpuSeconds: number } {
    clearInterval(this.#timer)
    const { cpuSeconds, rssBytes } = this.#gateway.usage()
    const highest = Math.max(this.#highest, rssBytes)
    return {
      grownMiB: (highest - this.#before.rssBytes) / mebibyte,
      cpuSeconds: cpuSeconds - this.#before.cpuSeconds,
    }
  }
}
