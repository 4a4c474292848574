import { bareJid } from '@switchboard/engine'
import type { BackupRow } from '../storage/backup/snapshot.ts'
import { holdings } from '../storage/erasure/holdings.ts'
import { escaped } from '../storage/erasure/subject.ts'

/** What stands in place of the address of anybody but the person and the account. */
const somebodyElse = 'somebody_else'

const personJid = /^\d+(?:[.:]\d+)*@(?:s\.whatsapp\.net|lid)$/

/** Chooses what there is of one person, and leaves out of it who others are. */
export class OnePerson {
  readonly #addresses: ReadonlySet<unknown>
  /** The person, and the account that talked to them. */
  readonly #named: Set<string>
  /** Finds the addresses in a text. The end of a longer number is somebody else. */
  readonly #inText: RegExp
  /** Of the person's messages. */
  readonly #ids = new Set<unknown>()

  /** @param addresses every one by which the person is known */
  constructor(addresses: readonly string[]) {
    this.#addresses = new Set(addresses)
    this.#named = new Set(addresses)
    this.#inText = new RegExp(`(?<!\\d)(?:${addresses.map(escaped).join('|')})`)
  }

  /** Learns which account a device has. */
  readDevice(row: BackupRow): void {
    for (const jid of [row['jid'], row['lid']]) if (typeof jid === 'string') this.#named.add(bareJid(jid))
  }

  /** Learns which messages are the person's. */
  readMessage(row: BackupRow): void {
    if (this.#addresses.has(row['chat']) || this.#addresses.has(row['sender'])) this.#ids.add(row['id'])
  }

  /** Whether a row is about the person, by an address or by one of the messages. */
  has(table: string, row: BackupRow): boolean {
    const { chat = [], person = [], message = [], words = [] } = holdings[table]!
    if ([...chat, ...person].some((column) => this.#addresses.has(row[column]))) return true
    if (message.some((column) => this.#ids.has(row[column]))) return true
    if (table !== 'event') return false
    return words.some((column) => this.#inText.test(String(row[column])))
  }

  /** The same with nobody else's address in it: who else read a message, or was made a member. What people wrote stays as it is. */
  withoutOthers(value: unknown): unknown {
    if (typeof value === 'string') {
      return personJid.test(value) && !this.#named.has(bareJid(value)) ? somebodyElse : value
    }
    if (Array.isArray(value)) return value.map((each) => this.withoutOthers(each))
    if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, this.withoutOthers(each)]))
  }
}
