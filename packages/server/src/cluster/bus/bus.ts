/** Why a question over the bus has no answer. `away`: the bus is not there, and nothing was asked. `nobody`: nobody listens, and nothing was asked.
 *  `lost`: it was asked, and what came of it is not known. */
export type BusTrouble = 'away' | 'nobody' | 'lost'

export class BusError extends Error {
  readonly trouble: BusTrouble
  constructor(trouble: BusTrouble, options?: ErrorOptions) {
    super({ away: 'the bus is away', nobody: 'nobody listens', lost: 'no answer came' }[trouble], options)
    this.trouble = trouble
  }
}

/** What is between the nodes. It keeps nothing: what is said while it is away, or while nobody listens, is lost. Only nodes with the same master key can read
 *  what is said here, and be heard. */
export interface Bus {
  readonly isThere: boolean
  /** Bytes that one message may have. */
  readonly mostBytes: number
  /** Never throws, and waits for nobody. Whoever says it does not hear it. */
  publish(subject: string, data: Uint8Array): void
  /** @returns what ends it */
  subscribe(subject: string, listener: (data: Uint8Array) => void): () => void
  /** Answers questions. What `answer` rejects with stays here: nobody hears anything then. @returns what ends it */
  answer(subject: string, answer: (data: Uint8Array) => Promise<Uint8Array>): () => void
  /** @throws BusError */
  ask(subject: string, data: Uint8Array, timeoutMs: number): Promise<Uint8Array>
  close(): Promise<void>
}

/** A name as one part of a subject. Dots, stars and spaces mean something there, and some servers refuse others: everything but letters, digits and hyphens
 *  leaves as the hexadecimal digits of its UTF-8 bytes, so that two names never meet. */
export const subjectPart = (name: string): string =>
  name === '' ? '_' : name.replaceAll(/[^A-Za-z0-9-]/gu, (letter) => `_${Buffer.from(letter, 'utf8').toString('hex')}_`)
