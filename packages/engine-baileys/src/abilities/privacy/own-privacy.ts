import { childOf, childrenNamed, serverJid } from '../../wire/nodes.ts'
import type { Wire } from '../../wire/wire.ts'

/** The account's privacy settings, asked for once in a connection. */
export class OwnPrivacy {
  readonly #wire: Wire
  #settings: Promise<ReadonlyMap<string, string>> | undefined

  constructor(wire: Wire) {
    this.#wire = wire
  }

  /** Values by category: `readreceipts`, `last`, `online`, … @throws EngineError `timeout`, `closed` */
  settings(): Promise<ReadonlyMap<string, string>> {
    this.#settings ??= this.#fetch().catch((error) => {
      this.#settings = undefined
      throw error
    })
    return this.#settings
  }

  /** They changed: the next caller fetches them again. */
  forget(): void {
    this.#settings = undefined
  }

  // Seen in: whatsmeow privacysettings.go `TryFetchPrivacySettings`, baileys chats.js `fetchPrivacySettings`.
  async #fetch(): Promise<ReadonlyMap<string, string>> {
    const answer = await this.#wire.query({
      tag: 'iq',
      attrs: { to: serverJid, type: 'get', xmlns: 'privacy' },
      content: [{ tag: 'privacy', attrs: {} }],
    })
    const categories = childrenNamed(childOf(answer, 'privacy'), 'category')
    return new Map(categories.map(({ attrs }) => [attrs['name'] ?? '', attrs['value'] ?? '']))
  }
}
