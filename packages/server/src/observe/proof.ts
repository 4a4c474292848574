import { within } from '../sessions/within.ts'

/** What is known about something that is asked now and then. `slow`: it worked when it was asked last, and has not answered yet. */
export type Proven = 'ok' | 'slow' | 'failed'

export interface ProofOptions {
  /** How long a success counts without asking again, ms. */
  readonly freshMs: number
  /** How long it may take to answer before it counts as failed, ms. */
  readonly slowMs: number
}

/** How long a caller waits for an answer under way: probes have short time-outs themselves. */
const patienceMs = 750
/** After it said that it fails, it is asked again this soon. */
const retryMs = 1_000
/** What failed in earnest counts this long, whatever a question would be answered: on a disk that is all but full, one small row still fits. */
const heldMs = 5_000

/** Asks whether something works, once for all who want to know at the same time. Slow is not dead: until it has failed, or been silent for long, what it said
 *  last counts. */
export class Proof {
  readonly #prove: () => Promise<void>
  readonly #options: ProofOptions
  #works = true
  #answeredAt: number | undefined
  #failedAt: number | undefined
  #asked: { readonly at: number; readonly answer: Promise<void> } | undefined

  constructor(prove: () => Promise<void>, options: ProofOptions) {
    this.#prove = prove
    this.#options = options
  }

  /** It has failed just now for somebody who did not only ask. */
  failed(): void {
    this.#failedAt = performance.now()
    this.#answeredAt = undefined
  }

  async ask(): Promise<Proven> {
    if (this.#failedAt !== undefined && performance.now() - this.#failedAt < heldMs) return 'failed'
    const counts = this.#works ? this.#options.freshMs : retryMs
    if (!this.#asked && (this.#answeredAt === undefined || performance.now() - this.#answeredAt >= counts))
      this.#begin()
    if (this.#asked) await within(this.#asked.answer, patienceMs)
    if (this.#asked && performance.now() - this.#asked.at >= this.#options.slowMs) return 'failed'
    if (!this.#works) return 'failed'
    return this.#asked ? 'slow' : 'ok'
  }

  #begin(): void {
    const ended = (works: boolean) => {
      this.#works = works
      this.#answeredAt = performance.now()
      this.#asked = undefined
    }
    const answer = this.#prove().then(
      () => ended(true),
      () => ended(false),
    )
    this.#asked = { at: performance.now(), answer }
  }
}
