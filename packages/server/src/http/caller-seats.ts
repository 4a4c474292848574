import type { FastifyRequest } from 'fastify'
import { AppError } from '../errors/app-error.ts'
import type { Principal } from '../kit/context.ts'

/** Requests of one caller that may be under way: a send waits for WhatsApp for a while, so that many are nothing strange. */
const mostRequests = 256
/** Pages of lists that are made and sent to one caller at once; further ones wait for their turn. Each is held in memory until it was taken. */
const mostPages = 8
/** Bodies of the largest size that one caller may have sent in part. */
const mostBodies = 4

const tooMany = (words: string, retryAfterSeconds: number): AppError =>
  new AppError('rate_limited', words, { retryAfterSeconds })

const noTurn = () => tooMany(`At most ${mostPages} lists are read at once by one caller`, 1)

declare module 'fastify' {
  interface FastifyRequest {
    seat: Seat | undefined
  }
}

export interface SeatLimits {
  readonly largestBodyBytes: number
  /** How long a page waits for its turn, ms. 10 s when absent. */
  readonly turnMs?: number
}

/** What one caller has under way. */
interface Party {
  requests: number
  pages: number
  bodyBytes: number
  /** Requests that wait for their turn to make a page, oldest first. */
  readonly waiting: Set<() => void>
}

/** The seat of one request: given up when its answer has left and all that it started has ended. */
export class Seat {
  readonly #party: Party
  readonly #limits: SeatLimits
  readonly #left: () => void
  #holders = 1
  #bodyBytes = 0
  #hasTurn = false

  constructor(party: Party, limits: SeatLimits, left: () => void) {
    this.#party = party
    this.#limits = limits
    this.#left = left
    party.requests++
  }

  /** Counts bytes of a body that are kept. @throws AppError rate_limited */
  keepBody(bytes: number): void {
    this.#bodyBytes += bytes
    this.#party.bodyBytes += bytes
    if (this.#party.bodyBytes > mostBodies * this.#limits.largestBodyBytes) {
      throw tooMany('Too many large bodies of this caller are being sent at once', 1)
    }
  }

  /** Waits for a turn to make pages; it ends with the seat. @throws AppError rate_limited */
  async turn(signal: AbortSignal): Promise<void> {
    if (this.#hasTurn) return
    if (this.#party.pages < mostPages) this.#party.pages++
    else await this.#wait(signal)
    this.#hasTurn = true
    if (signal.aborted) throw noTurn()
  }

  /** Keeps the seat for one more, who leaves it too. */
  keep(): void {
    this.#holders++
  }

  leave(): void {
    if (--this.#holders > 0) return
    const party = this.#party
    party.requests--
    party.bodyBytes -= this.#bodyBytes
    if (this.#hasTurn) this.#passTurn()
    this.#left()
  }

  #passTurn(): void {
    const { waiting } = this.#party
    const [next] = waiting
    if (!next) this.#party.pages--
    else if (waiting.delete(next)) next()
  }

  #wait(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const { waiting } = this.#party
    const giveUp = (): void => {
      waiting.delete(resolve)
      reject(noTurn())
    }
    const timer = setTimeout(giveUp, this.#limits.turnMs ?? 10_000)
    waiting.add(resolve)
    signal.addEventListener('abort', giveUp)
    return promise.finally(() => {
      clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
    })
  }
}

const nameOf = (principal: Principal): string | undefined => {
  if (principal.kind === 'device') return `device ${principal.deviceId}`
  if (principal.kind === 'api_key') return `key ${principal.apiKeyId}`
  return principal.kind === 'admin' ? 'admin' : undefined
}

/** Bounds what each caller has under way, so that nobody can fill the memory by asking and not reading. */
export class CallerSeats {
  readonly #limits: SeatLimits
  readonly #parties = new Map<string, Party>()

  constructor(limits: SeatLimits) {
    this.#limits = limits
  }

  /** Seats a request; one of nobody in particular needs no seat. @throws AppError rate_limited */
  take(request: FastifyRequest, principal: Principal): Seat | undefined {
    const name = nameOf(principal)
    if (name === undefined) return undefined
    const party = this.#parties.get(name) ?? { requests: 0, pages: 0, bodyBytes: 0, waiting: new Set() }
    if (party.requests >= mostRequests) {
      throw tooMany(`At most ${mostRequests} requests of one caller may be under way at once`, 1)
    }
    this.#parties.set(name, party)
    const seat = new Seat(party, this.#limits, () => party.requests === 0 && this.#parties.delete(name))
    request.seat = seat
    return seat
  }

  of(request: FastifyRequest): Seat | undefined {
    return request.seat
  }
}
