import type { Sandbox } from '../driver/sandbox.ts'
import type { Phone } from '../phone/phone.ts'
import { SeededRandom } from '../world/seeded-random.ts'

export interface TrafficOptions {
  /** Phones that send. */
  readonly from: readonly Phone[]
  /** JIDs that are sent to. */
  readonly to: readonly string[]
  readonly perSecond: number
  /** How many texts in all. */
  readonly total: number
  /** Who sends to whom repeats with the same seed. */
  readonly seed?: number
  /** The text of the nth message, from 0; `load n` when absent. */
  readonly text?: (n: number) => string
}

export interface TrafficReport {
  /** Handed to the server and taken by it. */
  readonly sent: number
  readonly refused: number
  readonly tookMs: number
}

export interface Traffic {
  /** Resolves when everything was sent, or after {@link Traffic.stop}. */
  readonly done: Promise<TrafficReport>
  stop(): void
}

const tickMs = 20

/** Phones send texts at a steady rate: what falls behind is caught up with, never more than was asked for in all. */
export function startTraffic(sandbox: Sandbox, options: TrafficOptions): Traffic {
  const { from, to, perSecond, total, seed = 1, text = (n) => `load ${n}` } = options
  const random = new SeededRandom(seed)
  const pick = <T>(list: readonly T[]): T => list[random.integer(list.length)] as T
  const startedAt = performance.now()
  const counts = { sent: 0, refused: 0 }
  let issued = 0
  let stopped = from.length === 0 || to.length === 0 || perSecond <= 0
  const sendOne = async (n: number): Promise<void> => {
    try {
      const entry = await pick(from).send(pick(to), { text: text(n) })
      if (entry.status === 'sent') counts.sent++
      else counts.refused++
    } catch (error) {
      counts.refused++
      sandbox.world.log.append('load.error', { message: String(error) })
    }
  }
  const run = async (): Promise<TrafficReport> => {
    const pending = new Set<Promise<void>>()
    while (!stopped && issued < total) {
      const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1000) * perSecond) + 1)
      for (; issued < due && !stopped; issued++) {
        const sending: Promise<void> = sendOne(issued).finally(() => pending.delete(sending))
        pending.add(sending)
      }
      await new Promise((resolve) => setTimeout(resolve, tickMs))
    }
    await Promise.all(pending)
    return { ...counts, tookMs: performance.now() - startedAt }
  }
  return {
    done: run(),
    stop() {
      stopped = true
    },
  }
}
