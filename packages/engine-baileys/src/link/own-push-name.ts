import { type Account, bareJid, type InboundPushName } from '@switchboard/engine'

/** Notices when the own account takes another name. */
export class OwnPushName {
  #name: string | undefined

  constructor(name: string | undefined) {
    this.#name = name
  }

  /** The change as an item; undefined when there is none. */
  changed({ jid, lid, pushName }: Account): InboundPushName | undefined {
    if (!pushName || pushName === this.#name) return undefined
    this.#name = pushName
    const of = { jid: bareJid(jid), ...(lid ? { lid: bareJid(lid) } : {}) }
    return { kind: 'push_name', at: Date.now(), offline: false, of, name: pushName, own: true }
  }
}
