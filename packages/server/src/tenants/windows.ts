import type { Logger } from '@switchboard/engine'
import type { RequestWindowStore } from '../storage/request-window-store.ts'
import { FixedWindow } from './fixed-window.ts'

/** Makes windows in which uses are counted. @param kind its name among all windows */
export type MakeWindow = (kind: string, lengthMs: number) => FixedWindow<string>

/** Windows of a gateway that is alone. @param now monotonic, ms */
export const ownWindows =
  (now: () => number): MakeWindow =>
  (_kind, lengthMs) =>
    new FixedWindow(lengthMs, now)

const everyMs = 1_000
/** Names in one statement. */
const mostNames = 1_000

interface SharedWindowsParts {
  readonly store: RequestWindowStore
  /** Monotonic, ms. */
  readonly now: () => number
  readonly log: Logger
}

/** Windows that nodes have in common: each counts for itself, and once a second they add up what they counted. A limit is passed by what
 *  the nodes let in between two such sums, and by no more. */
export class SharedWindows {
  readonly #parts: SharedWindowsParts
  readonly #windows = new Map<string, FixedWindow<string>>()
  #timer: NodeJS.Timeout | undefined
  #adding: Promise<void> | undefined

  constructor(parts: SharedWindowsParts) {
    this.#parts = parts
  }

  readonly make: MakeWindow = (kind, lengthMs) => {
    const window = new FixedWindow<string>(lengthMs, this.#parts.now)
    this.#windows.set(kind, window)
    return window
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#adding ??= this.add()
        .catch((err) => this.#parts.log.warn({ err }, 'requests could not be counted together with other nodes'))
        .finally(() => {
          this.#adding = undefined
        })
    }, everyMs).unref()
  }

  /** Tells what was counted here, and learns what all have counted. */
  async add(): Promise<void> {
    for (const [kind, window] of this.#windows) {
      const untold = window.untold(mostNames)
      const now = this.#parts.now()
      const uses = untold.map(({ name, used, endsAt }) => ({ name: `${kind} ${name}`, used, leftMs: endsAt - now }))
      try {
        for (const { name, used, leftMs } of await this.#parts.store.add(uses)) {
          window.learn(name.slice(kind.length + 1), used, this.#parts.now() + leftMs)
        }
      } catch (error) {
        for (const each of untold) window.notTold(each)
        throw error
      }
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#adding
  }
}
