import { AppError } from '../errors/app-error.ts'

/** A connection that may wait for a phone. */
export interface OpenPairing {
  /** The longest time that it will still wait, ms; undefined while it does not wait. */
  readonly waitsMs: number | undefined
}

/** Devices of an API key that wait for a phone to link them. Each holds a connection to WhatsApp, and costs nothing to begin: their number is bounded. */
export class Pairings {
  readonly #limit: number
  readonly #begun = new Map<number, Set<OpenPairing>>()

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Takes a place for a pairing that begins in the same tick. @throws AppError too_many_pairings */
  begin(apiKeyId: number, pairing: OpenPairing): void {
    const open = [...(this.#begun.get(apiKeyId) ?? [])].filter((each) => each.waitsMs !== undefined)
    if (open.length >= this.#limit) {
      const firstEndsMs = Math.min(...open.map((each) => each.waitsMs!))
      throw new AppError('too_many_pairings', undefined, { retryAfterSeconds: Math.max(1, firstEndsMs / 1000) })
    }
    this.#begun.set(apiKeyId, new Set([...open, pairing]))
  }
}
