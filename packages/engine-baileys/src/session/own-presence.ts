import type { Clock } from '@switchboard/engine'
import type { DeviceCreds } from '../credentials/device-creds.ts'
import type { Wire } from '../wire/wire.ts'

/** Whether the account shows as available through this session, and so which delivery receipts it sends. */
export class OwnPresence {
  readonly #creds: DeviceCreds
  readonly #wire: Wire
  readonly #clock: Clock
  #available = false
  /** Active receipts even while unavailable. */
  forceActive: boolean

  constructor(creds: DeviceCreds, wire: Wire, clock: Clock, forceActive: boolean) {
    this.#creds = creds
    this.#wire = wire
    this.#clock = clock
    this.forceActive = forceActive
  }

  get sendsActiveReceipts(): boolean {
    return this.#available || this.forceActive
  }

  /** False when there is no push name yet: WhatsApp takes no presence without one (seen in: whatsmeow presence.go, baileys chats.js). */
  async setAvailable(available: boolean): Promise<boolean> {
    const name = this.#creds.me?.name
    if (!name) return false
    this.#available = available
    if (available) await this.#wire.send(unifiedSession(this.#clock.now()))
    // A name with an @ would be written as an address.
    const attrs = { name: name.replaceAll('@', ''), type: available ? 'available' : 'unavailable' }
    await this.#wire.send({ tag: 'presence', attrs })
    return true
  }
}

const dayMs = 24 * 3_600_000

/** A number that a client keeps for a week and sends when it comes to the foreground (seen in: whatsmeow client.go `getUnifiedSessionID`, baileys socket.js). */
const unifiedSession = (now: number) => ({
  tag: 'ib',
  attrs: {},
  content: [{ tag: 'unified_session', attrs: { id: String((now + 3 * dayMs) % (7 * dayMs)) } }],
})
