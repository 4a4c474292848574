import { bareJid, statusJid } from '@switchboard/engine'
import type { BackupRow } from '../storage/backup/snapshot.ts'
import { holdings } from '../storage/erasure/holdings.ts'

/** What stands in place of the address of anybody but the person and the account. */
const somebodyElse = 'somebody_else'

const personJid = /^\d+(?:[.:]\d+)*@(?:s\.whatsapp\.net|lid)$/

/** Fields in which an event about a message names where it is and who did it. Whom the words mention or answer does not make them theirs. */
const doers = ['chat', 'chat_jid', 'from', 'sender', 'voter', 'by', 'deleted_by'].flatMap((name) => [
  name,
  `${name.replace(/_jid$/, '')}_lid`,
])

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)

const parsed = (text: unknown): unknown => {
  try {
    return JSON.parse(String(text))
  } catch {
    return undefined
  }
}

const inChat = (chat: unknown, id: unknown): string => `${chat} ${id}`

/** Chooses what there is of one person, and leaves out of it who others are and what they wrote. */
export class OnePerson {
  readonly #addresses: ReadonlySet<string>
  /** The person, and the account that talked to them. */
  readonly #named: Set<string>
  /** The person's messages, each with its chat: others may have the same id elsewhere. */
  readonly #messages = new Set<string>()

  /** @param addresses every one by which the person is known */
  constructor(addresses: readonly string[]) {
    this.#addresses = new Set(addresses)
    this.#named = new Set(addresses)
  }

  /** Learns which account a device has. */
  readDevice(row: BackupRow): void {
    for (const jid of [row['jid'], row['lid']]) if (typeof jid === 'string') this.#named.add(bareJid(jid))
  }

  /** Learns which messages are the person's. */
  readMessage(row: BackupRow): void {
    if (this.#isTheirMessage(row)) this.#messages.add(inChat(row['chat'], row['id']))
  }

  /** Whether a row is about the person, by an address or by one of the messages. */
  has(table: string, row: BackupRow): boolean {
    // Who took a message back has not written it.
    if (table === 'message') return this.#isTheirMessage(row)
    if (table === 'event') return this.#isTheirEvent(parsed(row['payload']))
    const { chat = [], person = [], message = [] } = holdings[table]!
    if ([...chat, ...person].some((column) => this.#isThem(row[column]))) return true
    // Posts are in one chat, which their tables need not name.
    const place = chat[0] === undefined ? statusJid : row[chat[0]]
    return message.some((column) => this.#messages.has(inChat(place, row[column])))
  }

  /** A row as it is shown: who else read a message or was made a member is in it without an address. What the person wrote stays, without what it quotes of
   *  others. @param content what `body` says */
  shown(table: string, row: Fields, content: unknown): Fields {
    // It is what the content says, with what it quotes.
    const { body: _body, ...rest } = row
    const whole = this.#withoutOthers(rest) as Fields
    if (table === 'status_audience') return { ...whole, people: JSON.stringify(this.#own(parsed(row['people']))) }
    return content === undefined ? whole : { ...whole, content: this.#withoutOthers(this.#withoutTheirWords(content)) }
  }

  #isThem(value: unknown): boolean {
    return typeof value === 'string' && this.#addresses.has(bareJid(value))
  }

  #isOther(value: unknown): boolean {
    return typeof value === 'string' && personJid.test(value) && !this.#named.has(bareJid(value))
  }

  #own(people: unknown): unknown[] {
    return Array.isArray(people) ? people.filter((jid) => this.#isThem(jid)) : []
  }

  #isTheirMessage({ chat, sender }: BackupRow): boolean {
    return this.#isThem(chat) || this.#isThem(sender)
  }

  /** What is about a message is theirs when they did it, when it is in their chat, and when the message is theirs. All else is theirs when it names them. */
  #isTheirEvent(payload: unknown): boolean {
    if (!isFields(payload)) return false
    const { message_id: id, chat, chat_lid: lid } = payload
    if (id === undefined) return Object.values(payload).some((value) => this.#names(value))
    if (doers.some((name) => this.#isThem(payload[name]))) return true
    return [chat, lid].some((place) => this.#messages.has(inChat(place, id)))
  }

  /** An address, a list of them, or a list of things with one. */
  #names(value: unknown): boolean {
    if (!Array.isArray(value)) return this.#isThem(value)
    return value.some((each) =>
      isFields(each) ? Object.values(each).some((part) => this.#isThem(part)) : this.#isThem(each),
    )
  }

  #withoutOthers(value: unknown): unknown {
    if (Array.isArray(value))
      return value.filter((each) => !this.#isOnlyOthers(each)).map((each) => this.#withoutOthers(each))
    if (isFields(value)) {
      return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, this.#withoutOthers(each)]))
    }
    return this.#isOther(value) ? somebodyElse : value
  }

  /** A member of a list with what else is known of it: the name says who it is. */
  #isOnlyOthers(value: unknown): boolean {
    if (!isFields(value)) return false
    const parts = Object.values(value)
    return parts.some((part) => this.#isOther(part)) && !parts.some((part) => this.#isThem(part))
  }

  /** A message answers another one with a copy of it. */
  #withoutTheirWords(content: unknown): unknown {
    if (!isFields(content) || !isFields(content['quoted'])) return content
    const { id, sender } = content['quoted']
    return this.#isOther(sender) ? { ...content, quoted: { id, sender } } : content
  }
}
