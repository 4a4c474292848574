import { randomBytes } from 'node:crypto'
import { AppError } from '../errors/app-error.ts'
import type { TicketStore } from '../storage/ticket-store.ts'
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

/** Who is let in by a ticket, and for what. */
export interface RedeemedTicket extends TicketFilter {
  readonly grant: Grant
  readonly target: Target
}

interface Ticket extends RedeemedTicket {
  readonly scope: Scope
  readonly endsAt: number
}

/** What lets a browser, which cannot send headers with a stream, open one. Each works once and for a short time. Only hashes are kept. */
export interface Tickets {
  /** @returns the ticket: it is kept nowhere. @throws AppError rate_limited */
  create(principal: DevicePrincipal | ApiKeyPrincipal, filter: TicketFilter): Promise<string>
  /** Uses a ticket up. Undefined: there is no such ticket, or it was used, or its time is over. */
  redeem(text: string): Promise<RedeemedTicket | undefined>
}

const newTicket = (): string => `tkt_${randomBytes(24).toString('hex')}`

const tooMany = (): AppError =>
  new AppError('rate_limited', `At most ${mostUnused} tickets wait to be used at once`, {
    retryAfterSeconds: ticketLifeMs / 1000,
  })

/** Tickets of a gateway that is alone, in memory: after a restart none of them works, used or not. */
export class OwnTickets implements Tickets {
  readonly #now: () => number
  /** By hash, the oldest first. */
  readonly #unused = new Map<string, Ticket>()
  readonly #counts = new Map<Scope, number>()

  /** @param now monotonic, ms */
  constructor(now: () => number) {
    this.#now = now
  }

  async create(principal: DevicePrincipal | ApiKeyPrincipal, { types }: TicketFilter): Promise<string> {
    this.#dropOld()
    const scope = scopeOf(principal)
    const count = this.#counts.get(scope) ?? 0
    if (count >= mostUnused) throw tooMany()
    const text = newTicket()
    this.#counts.set(scope, count + 1)
    this.#unused.set(nameOf(text), {
      ...{ grant: principal.by, target: targetOf(principal), scope, types },
      endsAt: this.#now() + ticketLifeMs,
    })
    return text
  }

  async redeem(text: string): Promise<RedeemedTicket | undefined> {
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

/** Tickets that any of several nodes takes. */
export class SharedTickets implements Tickets {
  readonly #store: TicketStore

  constructor(store: TicketStore) {
    this.#store = store
  }

  async create(principal: DevicePrincipal | ApiKeyPrincipal, { types }: TicketFilter): Promise<string> {
    const text = newTicket()
    const content = JSON.stringify({ grant: principal.by, target: targetOf(principal), types })
    const ticket = { hash: nameOf(text), scope: scopeOf(principal), content, lifeMs: ticketLifeMs }
    await this.#store.add(ticket, mostUnused, tooMany)
    return text
  }

  async redeem(text: string): Promise<RedeemedTicket | undefined> {
    const content = await this.#store.take(nameOf(text))
    return content === undefined ? undefined : JSON.parse(content, withoutEnd)
  }
}

/** JSON has no infinity. */
const withoutEnd = (name: string, value: unknown): unknown =>
  name === 'endsAt' && value === null ? Number.POSITIVE_INFINITY : value

const nameOf = (text: string): string => Buffer.from(hashSecret(text)).toString('hex')
