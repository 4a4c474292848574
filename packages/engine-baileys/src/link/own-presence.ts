import type { AuthenticationCreds, WASocket } from 'baileys'

/** Whether the account shows as available through this session, and so which delivery receipts it sends. */
export class OwnPresence {
  readonly #creds: AuthenticationCreds
  #available = false
  /** Active receipts even while unavailable. */
  forceActive: boolean

  constructor(creds: AuthenticationCreds, forceActive: boolean) {
    this.#creds = creds
    this.forceActive = forceActive
  }

  get sendsActiveReceipts(): boolean {
    return this.#available || this.forceActive
  }

  /** False when there is no push name yet: WhatsApp takes no presence without one. */
  async setAvailable(available: boolean, sock: WASocket): Promise<boolean> {
    if (!this.#creds.me?.name) return false
    this.#available = available
    await sock.sendPresenceUpdate(available ? 'available' : 'unavailable')
    return true
  }
}
