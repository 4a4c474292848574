import { randomBytes } from 'node:crypto'
import { AppError } from '../errors/app-error.ts'
import {
  type ApiKeyPrincipal,
  type DevicePrincipal,
  type Grant,
  type Scope,
  scopeOf,
  type Target,
  type TicketFilter,
  targetOf,
} from './principals.ts'
import { hashSecret } from './secrets.ts'

/** For how long a ticket may be used. */
export const ticketLifeMs = 30_000
/** Unused tickets of one device or API key. */
const mostUnused = 100

interface Ticket extends TicketFilter {
  readonly grant: Grant
  readonly target: Target
  readonly scope: Scope
  readonly endsAt: number
}

/** What lets a browser, which cannot send headers with a stream, open one. Each works once and for a short time. They are kept in memory alone, as hashes: after
 *  a restart none of them works, used or not. */
export class Tickets {
  readonly #now: () => number
  /** By hash, the oldest first. */
  readonly #unused = new Map<string, Ticket>()
  readonly #counts = new Map<Scope, number>()

  /** @param now monotonic, ms */
  constructor(now: () => number) {
    this.#now = now
  }

  /** @returns the ticket: it is kept nowhere. @throws AppError rate_limited */
  create(principal: DevicePrincipal | ApiKeyPrincipal, { types }: TicketFilter): string {
    this.#dropOld()
    const scope = scopeOf(principal)
    const count = this.#counts.get(scope) ?? 0
    if (count >= mostUnused) {
      const words = `At most ${mostUnused} tickets wait to be used at once`
      throw new AppError('rate_limited', words, { retryAfterSeconds: ticketLifeMs / 1000 })
    }
    const text = `tkt_${randomBytes(24).toString('hex')}`
    this.#counts.set(scope, count + 1)
    this.#unused.set(nameOf(text), {
      ...{ grant: principal.by, target: targetOf(principal), scope, types },
      endsAt: this.#now() + ticketLifeMs,
    })
    return text
  }

  /** Uses a ticket up. Undefined: there is no such ticket, or it was used, or its time is over. */
  redeem(text: string): Pick<Ticket, 'grant' | 'target' | 'types'> | undefined {
    this.#dropOld()
    const name = nameOf(text)
    const ticket = this.#unused.get(name)
    if (ticket) this.#drop(name, ticket)
    return ticket
  }

  #dropOld(): void {
    const now = this.#now()
    for (const [name, ticket] of this.#unused) {
      if (ticket.endsAt > now) return
      this.#drop(name, ticket)
    }
  }

  #drop(name: string, { scope }: Ticket): void {
    this.#unused.delete(name)
    const left = this.#counts.get(scope)! - 1
    if (left > 0) this.#counts.set(scope, left)
    else this.#counts.delete(scope)
  }
}

const nameOf = (text: string): string => Buffer.from(hashSecret(text)).toString('hex')
