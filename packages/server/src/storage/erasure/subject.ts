import { isGroupJid, isPersonJid, parseJid } from '@switchboard/engine'

/** Whom or what an erasure is about. */
export interface Subject {
  readonly kind: 'contact' | 'chat'
  /** Every address under which it is known. */
  readonly addresses: readonly string[]
}

/** What an address is known by in a text: the digits of a number or a LID, of a group and a channel all that stands before the server. */
export const userOf = (jid: string): string => parseJid(jid)?.user ?? jid.slice(0, Math.max(0, jid.indexOf('@')))

export const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Stands where a number stood. */
export const erasedMark = '[erased]'

const chatFields: ReadonlySet<string> = new Set(['chat', 'chat_lid', 'chat_jid'])

/** Finds what is about a subject, or about one of its messages. A chat with one person is found by the fields that name chats: what that person said elsewhere
 *  is of another chat. */
export class Mentions {
  readonly #addresses: ReadonlySet<string>
  readonly #ids: ReadonlySet<string>
  /** Undefined: only fields tell. */
  readonly #pattern: RegExp | undefined
  /** In bytes the sign before a number may be anything. */
  readonly #inBytes: RegExp | undefined

  /** @param ids of the messages that go with it */
  constructor({ kind, addresses }: Subject, ids: ReadonlySet<string>) {
    this.#addresses = new Set(addresses)
    this.#ids = ids
    const isOfOne = kind === 'chat' && addresses.some((jid) => isPersonJid(jid))
    const users = addresses.map(userOf).filter((user) => user.length >= 5)
    if (isOfOne || users.length === 0) return
    const any = `(?:${users.map(escaped).join('|')})(?!\\d)`
    this.#pattern = new RegExp(`(?<!\\d)${any}`)
    this.#inBytes = new RegExp(any)
  }

  inText(text: string): boolean {
    return this.#pattern?.test(text) ?? false
  }

  inBytes(bytes: Uint8Array): boolean {
    return (
      this.#inBytes?.test(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')) ?? false
    )
  }

  /** @param text JSON, or any text */
  inJson(text: string): boolean {
    if (this.inText(text)) return true
    if (this.#ids.size === 0 && this.#pattern) return false
    try {
      return this.#isIn(JSON.parse(text), '')
    } catch {
      return false
    }
  }

  /** A text without the numbers of the subject. */
  without(text: string): string {
    return this.#pattern ? text.replaceAll(new RegExp(this.#pattern, 'g'), erasedMark) : text
  }

  #isIn(value: unknown, name: string): boolean {
    if (typeof value === 'string') return this.#ids.has(value) || (chatFields.has(name) && this.#addresses.has(value))
    if (Array.isArray(value)) return value.some((each) => this.#isIn(each, name))
    if (typeof value !== 'object' || value === null) return false
    return Object.entries(value).some(([field, each]) => this.#isIn(each, field))
  }
}

/** What to look for in the bytes of files: addresses and what they are known by. */
export const needlesOf = ({ kind, addresses }: Subject): string[] => {
  // The other person of a chat may well be somewhere else.
  if (kind === 'chat' && !addresses.some(isGroupJid)) return []
  return addresses.map(userOf).filter((user) => user.length >= 8)
}
