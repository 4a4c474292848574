import { createHmac } from 'node:crypto'
import { bareJid, type CredentialWrite, parseJid, type ServerAck } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import { fromStoredJson, toStoredJson } from '../credentials/stored-json.ts'
import type { Conversation } from '../generated/messages.ts'
import type { SessionContext } from '../session/session-context.ts'
import type { PrivacyToken } from '../shared/shared-caches.ts'
import { bytesOf, childOf, childrenNamed, serverJid } from '../wire/nodes.ts'
import { chatAddress } from './chat-address.ts'

/** Kind under which tokens are stored, by chat. */
export const privacyTokenKind = 'tctoken'
const kind = privacyTokenKind
/** Kind of the salt of tokens for people who gave us none; it has one entry. */
export const contactSaltKind = 'contact-salt'
const saltKey = 'salt'

// Remembered, so that a contact without a token costs no read for each message.
const noToken: PrivacyToken = { token: new Uint8Array() }

// Tokens live in buckets of a week, of which four count (seen in: baileys tc-token-utils.js).
const bucketSeconds = 604_800
const buckets = 4
/** So often what has ended is looked for (seen in: whatsmeow tctoken.go `tcTokenDBPruneInterval`). */
const pruneEveryMs = 24 * 60 * 60_000

const bucketOf = (seconds: number): number => Math.floor(seconds / bucketSeconds)

/** Who has tokens: people, by either address, without WhatsApp itself (seen in: baileys tc-token-utils.js `isRegularUser`, whatsmeow tctoken.go
 *  `shouldSendTCTokenInChatAction`). */
const people: ReadonlySet<string> = new Set(['s.whatsapp.net', 'lid', 'hosted', 'hosted.lid'])

function isPerson(jid: string): boolean {
  const parsed = parseJid(jid)
  return parsed !== undefined && people.has(parsed.server) && parsed.user !== '0'
}

/**
 * Privacy tokens. The one that a contact gave us goes into what we send and ask of them; ours goes to the contact once a week after a message, and again
 * when they have set up their phone anew. Tokens are stored under the LID where it is known.
 */
export class PrivacyTokens {
  readonly #context: SessionContext
  readonly #inFlight = new Set<string>()
  /** Null: looked up, there is none. */
  #salt: Uint8Array | null | undefined
  #prunedAt = Number.NEGATIVE_INFINITY

  constructor(context: SessionContext) {
    this.#context = context
  }

  /** The token for a person, if they gave us one that still counts. */
  async tokenFor(jid: string): Promise<Uint8Array | undefined> {
    if (!isPerson(jid)) return undefined
    return this.#valid(await this.#entry(await chatAddress(bareJid(jid), this.#context)))
  }

  /** `<tctoken>` for a person, if there is one: what presence, pictures and about texts are asked with. */
  async nodesFor(jid: string): Promise<BinaryNode[]> {
    const token = await this.tokenFor(jid)
    return token ? [{ tag: 'tctoken', attrs: {}, content: token }] : []
  }

  /** The same for many, read together. */
  async nodesForAll(jids: readonly string[]): Promise<ReadonlyMap<string, readonly BinaryNode[]>> {
    const addressed = await Promise.all(
      jids.filter(isPerson).map(async (jid) => [jid, await chatAddress(bareJid(jid), this.#context)] as const),
    )
    await this.#read(addressed.map(([, address]) => address))
    return new Map(await Promise.all(addressed.map(async ([jid]) => [jid, await this.nodesFor(jid)] as const)))
  }

  /** What a message to a person shows: their token, or without one what proves that we are who wrote to them before.
   *  Seen in: whatsmeow send.go `sendDM`, cstoken.go, zapo. */
  async proofFor(jid: string): Promise<BinaryNode[]> {
    if (!isPerson(jid)) return []
    const nodes = await this.nodesFor(jid)
    if (nodes.length > 0) return nodes
    const lid = await chatAddress(bareJid(jid), this.#context)
    const salt = lid.endsWith('@lid') ? await this.#contactSalt() : undefined
    if (!salt) return []
    return [{ tag: 'cstoken', attrs: {}, content: createHmac('sha256', salt).update(lid).digest() }]
  }

  /** Gives the chat our token once the server took a message over, unless it has this week's. Failures wait for the next message. */
  issueAfter(chat: string, ack: Promise<ServerAck>): void {
    if (!isPerson(chat) || this.#inFlight.has(chat)) return
    this.#inFlight.add(chat)
    ack
      .then(() => this.#issueWhenDue(chat))
      .catch(() => {})
      .finally(() => this.#inFlight.delete(chat))
  }

  /** Gives somebody with a new identity our token again, as of the time when they got it. Seen in: whatsmeow notification.go
   *  `handleEncryptNotification`. */
  async issueAgain(jid: string): Promise<void> {
    if (!isPerson(jid)) return
    const chat = await chatAddress(bareJid(jid), this.#context)
    const { senderTimestamp } = await this.#entry(chat)
    if (senderTimestamp !== undefined && this.#counts(senderTimestamp)) await this.#issue(chat, senderTimestamp)
  }

  /** Keeps the tokens that somebody gave us, under the LID where it is known. Seen in: baileys messages-recv.js `handlePrivacyTokenNotification`, whatsmeow
   *  notification.go `handlePrivacyTokenNotification`. @throws NotStoredError */
  async take(node: BinaryNode): Promise<void> {
    const { from = '', sender_lid: lid } = node.attrs
    const named = bareJid(parseJid(lid ?? '')?.server === 'lid' ? lid! : from)
    if (!isPerson(named)) return
    const giver = await chatAddress(named, this.#context)
    for (const given of childrenNamed(childOf(node, 'tokens'), 'token')) {
      const [token, timestamp] = [bytesOf(given), given.attrs['t']]
      if (given.attrs['type'] !== 'trusted_contact' || !token || !Number(timestamp)) continue
      const kept = await this.#entry(giver)
      if (Number(kept.timestamp ?? 0) > Number(timestamp)) continue
      await this.#keep(giver, { ...kept, token: Uint8Array.from(token), timestamp: timestamp! })
    }
  }

  /** The writes that keep what the history of the phone has of tokens. Seen in: whatsmeow message.go `handleHistorySyncNotification`. */
  async learn(chats: readonly Conversation[]): Promise<CredentialWrite[]> {
    const named = chats.filter(({ id = '', tcToken, tcTokenTimestamp }) => isPerson(id) && tcToken && tcTokenTimestamp)
    const addressed = await Promise.all(
      named.map(async (chat) => [await chatAddress(chat.lidJid ?? chat.id!, this.#context), chat] as const),
    )
    await this.#read(addressed.map(([address]) => address))
    const writes: CredentialWrite[] = []
    for (const [address, { tcToken, tcTokenTimestamp, tcTokenSenderTimestamp }] of addressed) {
      const kept = await this.#entry(address)
      if (Number(kept.timestamp ?? 0) >= tcTokenTimestamp!) continue
      const senderTimestamp = Math.max(tcTokenSenderTimestamp ?? 0, kept.senderTimestamp ?? 0)
      writes.push(
        this.#write(address, {
          ...{ token: Uint8Array.from(tcToken!), timestamp: String(tcTokenTimestamp) },
          ...(senderTimestamp > 0 && { senderTimestamp }),
        }),
      )
    }
    return writes
  }

  /** The writes that keep the salt of the account; undefined takes it away. It comes from the phone, with its history and as a shared setting.
   *  Seen in: whatsmeow appstate.go and message.go `storeNCTSalt`. */
  learnSalt(salt: Uint8Array | undefined): CredentialWrite[] {
    this.#salt = salt?.length ? Uint8Array.from(salt) : null
    return [{ kind: contactSaltKind, key: saltKey, value: this.#salt ?? undefined }]
  }

  async #contactSalt(): Promise<Uint8Array | undefined> {
    if (this.#salt === undefined) {
      const stored = await this.#context.store.load(contactSaltKind, saltKey)
      // It may have come while it was looked for.
      this.#salt ??= stored ?? null
    }
    return this.#salt ?? undefined
  }

  #counts(seconds: number): boolean {
    return bucketOf(seconds) > bucketOf(this.#now()) - buckets
  }

  #valid({ token, timestamp }: PrivacyToken): Uint8Array | undefined {
    return token.length > 0 && this.#counts(Number(timestamp)) ? token : undefined
  }

  async #issueWhenDue(chat: string): Promise<void> {
    const { senderTimestamp } = await this.#entry(chat)
    if (senderTimestamp !== undefined && bucketOf(senderTimestamp) >= bucketOf(this.#now())) return
    await this.#issue(chat, this.#now())
    await this.#prune()
  }

  /** Removes what has ended, theirs and ours each by its own time. It comes after a token was given, so that a device that sends nothing reads nothing. */
  async #prune(): Promise<void> {
    const { clock, caches, store } = this.#context
    if (clock.now() - this.#prunedAt < pruneEveryMs) return
    this.#prunedAt = clock.now()
    const stored = await store.loadAll(kind)
    const writes = [...stored].flatMap(([chat, bytes]) => {
      // One may have come while they were read.
      const entry = caches.tokens.get(this.#cacheKey(chat)) ?? (fromStoredJson(bytes) as PrivacyToken)
      const left = this.#left(entry)
      return left === entry ? [] : [this.#write(chat, left)]
    })
    await store.save(writes)
  }

  /** What still counts of an entry: itself when all of it does. */
  #left(entry: PrivacyToken): PrivacyToken {
    const { token, timestamp, senderTimestamp } = entry
    const theirs = token.length === 0 || this.#valid(entry) !== undefined
    const ours = senderTimestamp === undefined || this.#counts(senderTimestamp)
    if (theirs && ours) return entry
    return {
      ...(theirs && token.length > 0 ? { token, timestamp: timestamp! } : noToken),
      ...(ours && senderTimestamp !== undefined && { senderTimestamp }),
    }
  }

  async #issue(chat: string, issuedAt: number): Promise<void> {
    const attrs = { jid: chat, t: String(issuedAt), type: 'trusted_contact' }
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
    const known = this.#context.caches.tokens.get(this.#cacheKey(chat))
    return known ?? (await this.#read([chat])).get(chat) ?? noToken
  }

  /** Looks up those that are not remembered. */
  async #read(chats: readonly string[]): Promise<Map<string, PrivacyToken>> {
    const { caches, store } = this.#context
    const missing = [...new Set(chats)].filter((chat) => !caches.tokens.has(this.#cacheKey(chat)))
    const found = missing.length > 0 ? await store.loadMany(kind, missing) : new Map<string, Uint8Array>()
    const read = new Map<string, PrivacyToken>()
    for (const chat of missing) {
      const bytes = found.get(chat)
      // One may have come while it was looked for.
      const entry =
        caches.tokens.get(this.#cacheKey(chat)) ?? (bytes ? (fromStoredJson(bytes) as PrivacyToken) : noToken)
      caches.tokens.set(this.#cacheKey(chat), entry)
      read.set(chat, entry)
    }
    return read
  }

  async #keep(chat: string, entry: PrivacyToken): Promise<void> {
    await this.#context.store.save([this.#write(chat, entry)])
  }

  /** Remembers it at once: what looks at it while it is stored must not go by the older one. An entry without anything in it is removed. */
  #write(chat: string, entry: PrivacyToken): CredentialWrite {
    this.#context.caches.tokens.set(this.#cacheKey(chat), entry)
    const isEmpty = entry.token.length === 0 && entry.senderTimestamp === undefined
    return { kind, key: chat, value: isEmpty ? undefined : toStoredJson(entry) }
  }

  #cacheKey(chat: string): string {
    return `${this.#context.serial}|${chat}`
  }
}
