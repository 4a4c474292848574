import { type CredentialWrite, EngineError, type ParsedJid, parseJid } from '@switchboard/engine'
import type { SessionContext } from '../session/session-context.ts'
import { pairOf, usync } from './usync.ts'

/** Where a one-to-one message goes. */
export interface Destination {
  /** Bare address for the stanza: the LID when it is known. */
  readonly to: string
  /** Device addresses of the recipient. */
  readonly recipients: readonly string[]
  /** The own account's other devices. */
  readonly own: readonly string[]
  /** All of them and this device: what the server's hash covers. */
  readonly all: readonly string[]
  /** What was learned on the way and is not durable yet. */
  readonly learned: readonly CredentialWrite[]
}

/** One request for a whole large group would be answered late. */
export const maxAsked = 200

/** What was put together from this and that counts for texts of so long (ms): what is remembered of an account ends by itself after an hour. */
const madeMs = 60_000
/** Chats for which a session remembers where their texts go: those of conversations under way. */
const mostDestinations = 32

/** What was put together, and what the directory knew then. */
interface Made<What> {
  readonly what: What
  readonly knowledge: number
  readonly at: number
}

/** Which devices an account has, asked for once and remembered until a notification says otherwise. */
export class DeviceDirectory {
  readonly #context: SessionContext
  /** By the list of accounts, which a group keeps as long as its members stay. */
  readonly #lists = new WeakMap<readonly string[], Made<readonly string[]>>()
  /** By chat, the one that was put together last at the end. Nothing was learned for it. */
  readonly #destinations = new Map<string, Made<Destination>>()
  #changes = 0

  constructor(context: SessionContext) {
    this.#context = context
  }

  /** Finds the devices for a message to `chat`. @throws EngineError `not_on_whatsapp`, `invalid_argument`, `timeout` */
  async destination(chat: string): Promise<Destination> {
    const made = this.#destinations.get(chat)
    if (this.#isTrue(made)) return made.what
    const knowledge = this.#knowledge
    const what = await this.#find(chat)
    // Something may have been forgotten in between.
    if (knowledge !== this.#knowledge) return what
    this.#destinations.delete(chat)
    this.#destinations.set(chat, { what, knowledge, at: performance.now() })
    const [oldest] = this.#destinations.keys()
    if (this.#destinations.size > mostDestinations) this.#destinations.delete(oldest!)
    return what
  }

  async #find(chat: string): Promise<Destination> {
    const parsed = parseJid(chat)
    if (!parsed || (parsed.server !== 's.whatsapp.net' && parsed.server !== 'lid')) {
      throw new EngineError('invalid_argument', 'not the address of a person')
    }
    // By the address that was named: a number may have changed hands, and its former owner's LID would still answer.
    const asked = `${parsed.user}@${parsed.server}`
    const own = this.#own(parsed.server === 'lid' || (await this.#lidOf(parsed)) !== undefined)
    const learned = await this.#fetch([asked, own].filter((jid) => !this.#cached(jid)))
    const lid = await this.#lidOf(parsed)
    if (lid && this.#cached(asked)?.length) {
      const { learned: more, ...destination } = await this.#find(`${lid}@lid`)
      return { ...destination, learned: [...learned, ...more] }
    }
    if (!this.#cached(asked)?.length) throw new EngineError('not_on_whatsapp', 'no WhatsApp account has this address')
    const recipients = asked === own ? [] : this.#addresses(asked)
    const mine = this.#addresses(own)
    const others = mine.filter((jid) => !this.#isThisDevice(jid))
    return { to: asked, recipients, own: others, all: [...recipients, ...mine], learned }
  }

  async #lidOf({ user, server }: ParsedJid): Promise<string | undefined> {
    return server === 's.whatsapp.net' ? this.#context.signal.book.lidOf(user) : undefined
  }

  /** The device addresses of many accounts, this device among them when it is of one of these. */
  async devicesOf(
    jids: readonly string[],
  ): Promise<{ devices: readonly string[]; learned: readonly CredentialWrite[] }> {
    const made = this.#lists.get(jids)
    if (this.#isTrue(made)) return { devices: made.what, learned: [] }
    const knowledge = this.#knowledge
    const missing = jids.filter((jid) => !this.#cached(jid))
    const learned: CredentialWrite[] = []
    for (let at = 0; at < missing.length; at += maxAsked) {
      learned.push(...(await this.#fetch(missing.slice(at, at + maxAsked))))
    }
    const devices: string[] = []
    for (const jid of jids) devices.push(...this.#addresses(jid))
    if (knowledge === this.#knowledge) this.#lists.set(jids, { what: devices, knowledge, at: performance.now() })
    return { devices, learned }
  }

  #isTrue<What>(made: Made<What> | undefined): made is Made<What> {
    return made?.knowledge === this.#knowledge && performance.now() - made.at < madeMs
  }

  /** Rises with each change of what is known. */
  get #knowledge(): number {
    return this.#changes + this.#context.signal.book.changes
  }

  /** Forgets what is known of an account, by any of its addresses. */
  async forget(jid: string): Promise<void> {
    const parsed = parseJid(jid)
    if (!parsed) return
    this.#changes++
    const { book } = this.#context.signal
    const other = parsed.server === 'lid' ? await book.phoneOf(parsed.user) : await book.lidOf(parsed.user)
    this.#context.caches.devices.delete(this.#key(`${parsed.user}@${parsed.server}`))
    if (other) {
      this.#context.caches.devices.delete(this.#key(`${other}@${parsed.server === 'lid' ? 's.whatsapp.net' : 'lid'}`))
    }
  }

  async #fetch(jids: readonly string[]): Promise<CredentialWrite[]> {
    if (jids.length === 0) return []
    const users = await usync(this.#context.wire, { context: 'message', protocols: ['devices', 'lid'], jids })
    const learned = await this.#context.signal.book.learnAll(users.flatMap(pairOf))
    this.#changes++
    for (const user of users) {
      for (const jid of [user.jid, user.lid, user.phoneJid]) {
        if (jid && user.devices) this.#context.caches.devices.set(this.#key(jid), user.devices)
      }
    }
    return learned
  }

  #cached(jid: string): readonly number[] | undefined {
    return this.#context.caches.devices.get(this.#key(jid))
  }

  #addresses(jid: string): string[] {
    const devices = this.#cached(jid)
    if (!devices) return []
    const at = jid.indexOf('@')
    return devices.map((device) => (device === 0 ? jid : `${jid.slice(0, at)}:${device}${jid.slice(at)}`))
  }

  /** The own bare address, of the same kind as the recipient's. */
  #own(asLid: boolean): string {
    const me = this.#context.creds.me
    const parsed = parseJid((asLid ? me?.lid : undefined) ?? me?.id ?? '')
    return parsed ? `${parsed.user}@${parsed.server}` : ''
  }

  #isThisDevice(jid: string): boolean {
    return parseJid(jid)?.device === parseJid(this.#context.creds.me?.id ?? '')?.device
  }

  #key(jid: string): string {
    return `${this.#context.serial}|${jid}`
  }
}
