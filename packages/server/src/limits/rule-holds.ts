import type { Clock } from '../clock.ts'
import type { Hold } from '../storage/held-send-store.ts'
import type { DayCounts } from './day-counts.ts'
import type { HeldSends } from './held-sends.ts'
import type { NewContacts } from './new-contacts.ts'
import type { RuleBook } from './rule-book.ts'
import type { Safety } from './safety.ts'
import { quietUntil } from './wall-clock.ts'

interface RuleHoldsParts {
  readonly clock: Clock
  readonly rules: RuleBook
  readonly counts: DayCounts
  readonly newContacts: NewContacts
  readonly held: HeldSends
  readonly safety: Safety
}

interface Turn {
  /** What is queued leaves before it. */
  readonly ahead: boolean
  /** The day on which it counted already. */
  readonly countedOn?: string | null
}

/** What the rules of a device hold, and until when: quiet hours, restrictions of WhatsApp, the ceiling of the day, new people. */
export class RuleHolds {
  readonly #parts: RuleHoldsParts

  constructor(parts: RuleHoldsParts) {
    this.#parts = parts
  }

  /** Until when WhatsApp lets the account write to nobody new, where its messages wait for that. */
  restrictedUntil(deviceId: string): number | undefined {
    const { rules, safety } = this.#parts
    return rules.of(deviceId).waitsRestricted ? safety.restrictions.newPeopleUntil(deviceId) : undefined
  }

  async of(deviceId: string, chat: string, turn: Turn): Promise<Hold | undefined> {
    const { quiet } = this.#parts.rules.of(deviceId)
    const until = quiet ? quietUntil(quiet, this.#parts.clock.now()) : undefined
    if (until !== undefined) return { until, reason: 'quiet_hours' }
    const restricted = this.restrictedUntil(deviceId)
    if (restricted !== undefined && (await this.#parts.newContacts.isNew(deviceId, chat)))
      return { until: restricted, reason: 'restricted' }
    return this.#ofToday(deviceId, chat, turn)
  }

  async #ofToday(deviceId: string, chat: string, { ahead, countedOn }: Turn): Promise<Hold | undefined> {
    const { rules: book, counts, held, newContacts: people } = this.#parts
    const rules = book.of(deviceId)
    const day = counts.dayOf(rules)
    if (!day) return undefined
    const until = (rules.quiet && quietUntil(rules.quiet, day.endsAt)) ?? day.endsAt
    const ceiling = countedOn === day.name ? undefined : await counts.ceilingOf(deviceId, rules)
    const budget = rules.newContacts !== null && (await people.isNew(deviceId, chat)) ? rules.newContacts : undefined
    if (!ceiling && budget === undefined) return undefined
    const { sent, newContacts } = await counts.today(deviceId, rules)
    const more = ahead && ceiling ? await held.pending(deviceId, day.name) : 0
    if (ceiling && sent + more >= ceiling.messages) return { until, reason: ceiling.reason }
    return budget !== undefined && newContacts >= budget ? { until, reason: 'new_contacts' } : undefined
  }
}
