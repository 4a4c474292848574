import { parseJid, type ServerAck } from '@switchboard/engine'
import type { SignalDataTypeMap, SignalKeyStore } from 'baileys'
import type { SessionContext } from '../session/session-context.ts'
import { serverJid } from '../wire/nodes.ts'

type Entry = SignalDataTypeMap['tctoken']

// Tokens live in buckets of a week, of which four count (seen in: baileys tc-token-utils.js).
const bucketSeconds = 604_800
const buckets = 4

const bucketOf = (seconds: number): number => Math.floor(seconds / bucketSeconds)

/** Privacy tokens: the one a contact gave us goes into each message; ours goes to the contact once a week after a message. */
export class PrivacyTokens {
  readonly #context: SessionContext
  readonly #keys: SignalKeyStore
  readonly #inFlight = new Set<string>()

  constructor(context: SessionContext, keys: SignalKeyStore) {
    this.#context = context
    this.#keys = keys
  }

  /** The token for a chat, if it gave us one that still counts. */
  async tokenFor(chat: string): Promise<Uint8Array | undefined> {
    const entry = await this.#entry(chat)
    if (!entry?.token?.length) return undefined
    return bucketOf(Number(entry.timestamp)) > bucketOf(this.#now()) - buckets ? entry.token : undefined
  }

  /** Gives the chat our token once the server took a message over, unless it has this week's. Failures wait for the next message. */
  issueAfter(chat: string, ack: Promise<ServerAck>): void {
    if (this.#inFlight.has(chat)) return
    this.#inFlight.add(chat)
    ack
      .then(() => this.#issue(chat))
      .catch(() => {})
      .finally(() => this.#inFlight.delete(chat))
  }

  async #issue(chat: string): Promise<void> {
    const entry = await this.#entry(chat)
    if (entry?.senderTimestamp !== undefined && bucketOf(entry.senderTimestamp) >= bucketOf(this.#now())) return
    const issuedAt = this.#now()
    const attrs = { jid: await this.#phoneAddress(chat), t: String(issuedAt), type: 'trusted_contact' }
    await this.#context.wire.query({
      tag: 'iq',
      attrs: { to: serverJid, type: 'set', xmlns: 'privacy' },
      content: [{ tag: 'tokens', attrs: {}, content: [{ tag: 'token', attrs }] }],
    })
    const kept = (await this.#entry(chat)) ?? { token: Buffer.alloc(0) }
    await this.#keys.set({ tctoken: { [chat]: { ...kept, senderTimestamp: issuedAt } } })
  }

  /** Unix seconds. */
  #now(): number {
    return Math.floor(this.#context.clock.now() / 1000)
  }

  async #entry(chat: string): Promise<Entry | undefined> {
    return (await this.#keys.get('tctoken', [chat]))[chat]
  }

  async #phoneAddress(chat: string): Promise<string> {
    const parsed = parseJid(chat)
    const phone = parsed?.server === 'lid' ? await this.#context.signal.book.phoneOf(parsed.user) : undefined
    return phone ? `${phone}@s.whatsapp.net` : chat
  }
}
