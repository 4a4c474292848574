import type { WireNode } from '../wire/node.ts'
import type { StreamEnd } from './stream-end.ts'

/** What takes stanzas out of a mailbox: a companion's socket, or an in-process phone. */
export interface Attachment {
  /** Hands a stanza over. It stays in the mailbox until {@link Mailbox.acknowledge} names it. */
  deliver(entry: MailboxEntry): void
  /** Takes a stanza that nobody acknowledges and nobody keeps: presence, chatstate, ib. */
  push?(node: WireNode): void
  /** The server ends this attachment: replaced, removed, disconnected with a code. */
  end?(end: StreamEnd): void
}

export interface MailboxEntry {
  readonly sequence: number
  /** Stanza class that the client's acknowledgement must name: message, receipt, notification, call, status. */
  readonly kind: 'message' | 'receipt' | 'notification' | 'call' | 'status'
  readonly id: string
  readonly node: WireNode
  /** When it was put here, in world time (ms). */
  readonly at: number
  /** Set on entries that were already waiting when a client attached: the `offline` attribute that clients see. */
  offlineIndex?: number
}

/** Gets every change before it has any effect, so that a mailbox can outlive the process. */
export interface MailboxJournal {
  appended(entry: MailboxEntry): void
  removed(entry: MailboxEntry): void
}

/** Everything that waits for one device. All delivery in a world is an append to a mailbox; what nobody acknowledged stays and
 *  is delivered again on the next attach, as WhatsApp's offline queue does. */
export class Mailbox {
  readonly #entries = new Map<number, MailboxEntry>()
  #attachment: Attachment | undefined
  #nextSequence = 1
  #held: MailboxEntry[] = []
  journal: MailboxJournal | undefined

  get size(): number {
    return this.#entries.size
  }

  get attached(): boolean {
    return this.#attachment !== undefined
  }

  get attachment(): Attachment | undefined {
    return this.#attachment
  }

  entries(): MailboxEntry[] {
    return [...this.#entries.values()]
  }

  /** Keeps a stanza and hands it over at once, after those that were held. */
  append(kind: MailboxEntry['kind'], id: string, node: WireNode, at: number): MailboxEntry {
    const entry = this.hold(kind, id, node, at)
    this.release()
    return entry
  }

  /** Keeps a stanza and hands it over only with the next {@link Mailbox.release}: so that a sender's acknowledgement can go first. */
  hold(kind: MailboxEntry['kind'], id: string, node: WireNode, at: number): MailboxEntry {
    const entry: MailboxEntry = { sequence: this.#nextSequence++, kind, id, node, at }
    this.journal?.appended(entry)
    this.#entries.set(entry.sequence, entry)
    this.#held.push(entry)
    return entry
  }

  /** Hands over what is held, oldest first. */
  release(): void {
    const held = this.#held
    if (held.length === 0) return
    this.#held = []
    for (const entry of held) this.#attachment?.deliver(entry)
  }

  /** Hands over something that is worth nothing later. False when nobody is attached: it is gone. */
  push(node: WireNode): boolean {
    if (!this.#attachment?.push) return false
    this.#attachment.push(node)
    return true
  }

  /** Attaches and delivers what waits, oldest first. Returns how many entries were waiting. */
  attach(attachment: Attachment): number {
    this.#attachment = attachment
    this.#held = []
    const waiting = this.entries()
    for (const [index, entry] of waiting.entries()) {
      entry.offlineIndex = index
      attachment.deliver(entry)
    }
    return waiting.length
  }

  detach(attachment: Attachment): void {
    if (this.#attachment === attachment) this.#attachment = undefined
  }

  /** Removes the oldest entry of that kind and id, if it also satisfies `matches`. Returns it, or undefined when nothing such waited. */
  acknowledge(
    kind: MailboxEntry['kind'],
    id: string,
    matches: (entry: MailboxEntry) => boolean = () => true,
  ): MailboxEntry | undefined {
    for (const entry of this.#entries.values()) {
      if (entry.kind !== kind || entry.id !== id || !matches(entry)) continue
      this.journal?.removed(entry)
      this.#entries.delete(entry.sequence)
      return entry
    }
    return undefined
  }

  /** Removes what matches, as if it had never come. */
  discard(matches: (entry: MailboxEntry) => boolean): void {
    for (const entry of this.#entries.values()) {
      if (!matches(entry)) continue
      this.journal?.removed(entry)
      this.#entries.delete(entry.sequence)
    }
    this.#held = this.#held.filter((entry) => this.#entries.has(entry.sequence))
  }

  clear(): void {
    for (const entry of this.#entries.values()) this.journal?.removed(entry)
    this.#entries.clear()
    this.#held = []
  }

  /** What waits, as plain data. */
  snapshot(): { nextSequence: number; entries: MailboxEntry[] } {
    return { nextSequence: this.#nextSequence, entries: this.entries() }
  }

  restore(state: ReturnType<Mailbox['snapshot']>): void {
    this.#nextSequence = state.nextSequence
    for (const entry of state.entries) this.#entries.set(entry.sequence, entry)
  }
}
