import { bareJid, parseJid, type ServerAck } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import { fromStoredJson, toStoredJson } from '../credentials/stored-json.ts'
import type { SessionContext } from '../session/session-context.ts'
import type { PrivacyToken } from '../shared/shared-caches.ts'
import { bytesOf, childOf, childrenNamed, serverJid } from '../wire/nodes.ts'
import { chatAddress } from './chat-address.ts'

/** Kind under which tokens are stored, by chat. */
export const privacyTokenKind = 'tctoken'
const kind = privacyTokenKind

// Remembered, so that a contact without a token costs no read for each message.
const noToken: PrivacyToken = { token: new Uint8Array() }

// Tokens live in buckets of a week, of which four count (seen in: baileys tc-token-utils.js).
const bucketSeconds = 604_800
const buckets = 4

const bucketOf = (seconds: number): number => Math.floor(seconds / bucketSeconds)

/** Who has tokens: people, by either address (seen in: baileys tc-token-utils.js `isRegularUser`). */
const people: ReadonlySet<string | undefined> = new Set(['s.whatsapp.net', 'lid', 'hosted', 'hosted.lid'])

/** Privacy tokens: the one a contact gave us goes into each message; ours goes to the contact once a week after a message. */
export class PrivacyTokens {
  readonly #context: SessionContext
  readonly #inFlight = new Set<string>()

  constructor(context: SessionContext) {
    this.#context = context
  }

  /** The token for a chat, if it gave us one that still counts. */
  async tokenFor(chat: string): Promise<Uint8Array | undefined> {
    const { token, timestamp } = await this.#entry(chat)
    if (token.length === 0) return undefined
    return bucketOf(Number(timestamp)) > bucketOf(this.#now()) - buckets ? token : undefined
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

  /** Keeps the tokens that somebody gave us, under the LID where it is known. Seen in: baileys messages-recv.js `handlePrivacyTokenNotification`, whatsmeow
   *  notification.go `handlePrivacyTokenNotification`. @throws NotStoredError */
  async take(node: BinaryNode): Promise<void> {
    const { from = '', sender_lid: lid } = node.attrs
    const named = bareJid(parseJid(lid ?? '')?.server === 'lid' ? lid! : from)
    if (!people.has(parseJid(named)?.server)) return
    const giver = await chatAddress(named, this.#context)
    for (const given of childrenNamed(childOf(node, 'tokens'), 'token')) {
      const [token, timestamp] = [bytesOf(given), given.attrs['t']]
      if (given.attrs['type'] !== 'trusted_contact' || !token || !Number(timestamp)) continue
      const kept = await this.#entry(giver)
      if (Number(kept.timestamp ?? 0) > Number(timestamp)) continue
      await this.#keep(giver, { ...kept, token: Uint8Array.from(token), timestamp: timestamp! })
    }
  }

  async #issue(chat: string): Promise<void> {
    const { senderTimestamp } = await this.#entry(chat)
    if (senderTimestamp !== undefined && bucketOf(senderTimestamp) >= bucketOf(this.#now())) return
    const issuedAt = this.#now()
    const attrs = { jid: await this.#phoneAddress(chat), t: String(issuedAt), type: 'trusted_contact' }
    await this.#context.wire.query({
      tag: 'iq',
      attrs: { to: serverJid, type: 'set', xmlns: 'privacy' },
      content: [{ tag: 'tokens', attrs: {}, content: [{ tag: 'token', attrs }] }],
    })
    await this.#keep(chat, { ...(await this.#entry(chat)), senderTimestamp: issuedAt })
  }

  /** Unix seconds. */
  #now(): number {
    return Math.floor(this.#context.clock.now() / 1000)
  }

  async #entry(chat: string): Promise<PrivacyToken> {
    const { caches, store } = this.#context
    const known = caches.tokens.get(this.#cacheKey(chat))
    if (known) return known
    const bytes = await store.load(kind, chat)
    const entry = bytes ? (fromStoredJson(bytes) as PrivacyToken) : noToken
    caches.tokens.set(this.#cacheKey(chat), entry)
    return entry
  }

  async #keep(chat: string, entry: PrivacyToken): Promise<void> {
    const { caches, store } = this.#context
    await store.save([{ kind, key: chat, value: toStoredJson(entry) }])
    caches.tokens.set(this.#cacheKey(chat), entry)
  }

  #cacheKey(chat: string): string {
    return `${this.#context.serial}|${chat}`
  }

  async #phoneAddress(chat: string): Promise<string> {
    const parsed = parseJid(chat)
    const phone = parsed?.server === 'lid' ? await this.#context.signal.book.phoneOf(parsed.user) : undefined
    return phone ? `${phone}@s.whatsapp.net` : chat
  }
}
