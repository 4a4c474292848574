import type { WorldEvent } from '../../world/world-log.ts'
import type { ChatEntry } from '../chat-log.ts'
import type { PhoneWaits } from '../phone-waits.ts'

/** Waiting for what a phone sees of one group. What was seen already counts. */
export class GroupWaits {
  readonly #waits: PhoneWaits
  readonly #group: string

  constructor(waits: PhoneWaits, group: string) {
    this.#waits = waits
    this.#group = group
  }

  /** The first message in this group that satisfies the predicate. */
  message(predicate: (entry: ChatEntry) => boolean = () => true, timeoutMs?: number): Promise<ChatEntry> {
    return this.#waits.message((entry) => entry.chat === this.#group && predicate(entry), timeoutMs)
  }

  /** The first notification of that change: create, add, remove, promote, demote, subject, description, announcement, not_announcement, locked, unlocked,
   *  ephemeral, not_ephemeral, invite, link, unlink, membership_approval_mode, member_add_mode, created_membership_requests, …
   *  `data` has `by` (phone number), `people` (JIDs) and the change's attributes. */
  change(
    tag: string,
    predicate: (data: WorldEvent['data']) => boolean = () => true,
    timeoutMs?: number,
  ): Promise<WorldEvent> {
    const matches = (data: WorldEvent['data']): boolean =>
      data['group'] === this.#group && data['change'] === tag && predicate(data)
    return this.#waits.event('phone.group', matches, timeoutMs)
  }

  /** Somebody types, records or stops. */
  typing(state: string, timeoutMs?: number): Promise<WorldEvent> {
    const matches = (data: WorldEvent['data']): boolean => data['group'] === this.#group && data['state'] === state
    return this.#waits.event('phone.typing', matches, timeoutMs)
  }
}
