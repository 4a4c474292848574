import { randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { atMost } from '../at-most.ts'
import type { Clock } from '../clock.ts'
import { AppError } from '../errors/app-error.ts'
import { noteChange } from '../observe/note-change.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Database } from '../storage/database.ts'
import { PairingLinkStore } from '../storage/pairing-link-store.ts'
import { hashSecret } from '../tenants/secrets.ts'

/** What somebody who opened a pairing link sees now. Seconds are rounded down, and counted from now on. */
export type PairingView =
  /** Unknown, revoked, or too old. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'linked' }
  | { readonly kind: 'qr'; readonly text: string; readonly seconds: number }
  | { readonly kind: 'code'; readonly code: string; readonly seconds: number }
  | { readonly kind: 'wait' }
  /** Nobody linked it; `reason` is that of the connection, or the code of an error. */
  | { readonly kind: 'failed'; readonly reason: string }

interface PairingLinksParts {
  readonly database: Database
  readonly sessions: Pick<Sessions, 'status' | 'login' | 'loginCode' | 'pairingCode'>
  readonly clock: Clock
}

/** 256 random bits: nobody guesses one. */
const tokenBytes = 32
const codesRemembered = 1000

interface ShownCode {
  readonly code: string
  /** On the monotonic clock. */
  readonly until: number
}

/** Pages that link one device, for somebody who has no credential: who has the link can link it, and nothing else. */
export class PairingLinks {
  readonly #parts: PairingLinksParts
  readonly #store: PairingLinkStore
  /** The code that was made for a phone number last, by device. */
  readonly #codes = new LRUCache<string, ShownCode>({ ...atMost(codesRemembered) })

  constructor(parts: PairingLinksParts) {
    this.#parts = parts
    this.#store = new PairingLinkStore(parts.database)
  }

  /** `token` is shown here and kept nowhere. @throws AppError device_not_found */
  async create(deviceId: string, lifeMs: number): Promise<{ token: string; expiresAt: number }> {
    const { database, clock } = this.#parts
    const token = randomBytes(tokenBytes).toString('base64url')
    const at = clock.now()
    const expiresAt = at + lifeMs
    const row = {
      token_hash: hashSecret(token),
      device_id: deviceId,
      created_at: at,
      expires_at: expiresAt,
      used_at: null,
    }
    const entry = { action: 'device.pairing_link_made', target: deviceId, at, otherwise: `device:${deviceId}` }
    await database.commit([...this.#store.add(row), noteChange(database, entry)], { lane: deviceId })
    return { token, expiresAt }
  }

  /** Every link of the device ends now. */
  async revoke(deviceId: string): Promise<void> {
    const { database, clock } = this.#parts
    const at = clock.now()
    const entry = { action: 'device.pairing_links_revoked', target: deviceId, at, otherwise: `device:${deviceId}` }
    await database.commit([this.#store.removeAll(deviceId), noteChange(database, entry)], { lane: deviceId })
  }

  /** @param begins somebody opened the page, or wants to try again: linking begins unless it runs */
  async look(token: string, { begins }: { readonly begins: boolean }): Promise<PairingView> {
    const link = await this.#find(token)
    if (!link) return { kind: 'ended' }
    const deviceId = link.device_id
    const linked = await this.#linked(link)
    if (linked) return { kind: 'linked' }
    // A link that has done its work does not do it again.
    if (link.used_at !== null) return { kind: 'ended' }
    if (!begins) return this.#shown(deviceId)
    try {
      await this.#parts.sessions.login(deviceId)
    } catch (error) {
      return failedBy(error)
    }
    return this.#shown(deviceId)
  }

  /** Makes a code to be typed on the phone with this number (digits). */
  async requestCode(token: string, phone: string): Promise<PairingView> {
    const link = await this.#find(token)
    if (!link || link.used_at !== null) return { kind: 'ended' }
    const { sessions, clock } = this.#parts
    try {
      const made = await sessions.loginCode(link.device_id, phone)
      if (made.kind === 'already_linked') return { kind: 'linked' }
      this.#codes.set(link.device_id, { code: made.code, until: clock.monotonic() + made.validForMs })
    } catch (error) {
      return failedBy(error)
    }
    return this.#shown(link.device_id)
  }

  async #find(token: string) {
    const link = await this.#store.find(hashSecret(token))
    return link && Number(link.expires_at) > this.#parts.clock.now() ? link : undefined
  }

  async #linked(link: { device_id: string; token_hash: Uint8Array; used_at: number | null }): Promise<boolean> {
    const { sessions, database, clock } = this.#parts
    if (sessions.status(link.device_id).linked !== true) return false
    this.#codes.delete(link.device_id)
    if (link.used_at === null) await database.commit([this.#store.use(link.token_hash, clock.now())])
    return true
  }

  #shown(deviceId: string): PairingView {
    const { sessions, clock } = this.#parts
    const { state, linked } = sessions.status(deviceId)
    if (linked) return { kind: 'linked' }
    const secondsTo = (until: number) => Math.max(0, Math.floor((until - clock.monotonic()) / 1000))
    const runs = state.name === 'pairing' || state.name === 'connecting'
    const code = this.#codes.get(deviceId)
    if (runs && code && code.until > clock.monotonic()) {
      return { kind: 'code', code: code.code, seconds: secondsTo(code.until) }
    }
    const shown = sessions.pairingCode(deviceId)
    if (shown) return { kind: 'qr', text: shown.qr.text, seconds: secondsTo(shown.shownAt + shown.qr.validForMs) }
    this.#codes.delete(deviceId)
    return runs ? { kind: 'wait' } : { kind: 'failed', reason: state.reason ?? state.name }
  }
}

const failedBy = (error: unknown): PairingView => {
  if (!(error instanceof AppError)) throw error
  const { reason } = (error.details ?? {}) as { reason?: string }
  return { kind: 'failed', reason: reason ?? error.code }
}
