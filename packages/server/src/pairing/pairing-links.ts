import { randomBytes } from 'node:crypto'
import { isLinking } from '@switchboard/engine'
import { LRUCache } from 'lru-cache'
import { atMost } from '../at-most.ts'
import type { Clock } from '../clock.ts'
import { AppError } from '../errors/app-error.ts'
import { noteChange } from '../observe/note-change.ts'
import { optionsJson, PasskeyCredential } from '../schemas/passkey.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Database } from '../storage/database.ts'
import { PairingLinkStore } from '../storage/pairing-link-store.ts'
import { hashSecret } from '../tenants/secrets.ts'

/** What somebody who opened a pairing link sees now. Seconds are rounded down, and counted from now on. */
export type PairingView =
  /** Unknown, revoked, or too old. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'linked' }
  /** Nothing runs: linking begins when they ask for the code. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'qr'; readonly text: string; readonly seconds: number }
  | { readonly kind: 'code'; readonly code: string; readonly seconds: number }
  /** WhatsApp asks for the passkey of the account; `options` is what a browser signs, as JSON. */
  | { readonly kind: 'passkey'; readonly options: string; readonly seconds: number }
  /** The phone must show the same code. */
  | { readonly kind: 'compare'; readonly code: string; readonly seconds: number }
  | { readonly kind: 'wait' }
  /** Nobody linked it; `reason` is that of the connection, or the code of an error. */
  | { readonly kind: 'failed'; readonly reason: string }

interface PairingLinksParts {
  readonly database: Database
  readonly sessions: Pick<
    Sessions,
    'status' | 'login' | 'loginCode' | 'pairingCode' | 'passkey' | 'answerPasskey' | 'confirmPasskey'
  >
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

  /** The device that a link is for, as long as it counts. */
  async deviceOf(token: string): Promise<string | undefined> {
    return (await this.#find(token))?.device_id
  }

  /** What somebody sees who opens the page. Nothing begins: programs open links too, to show or to check them. What failed before they came is not theirs. */
  async open(token: string): Promise<PairingView> {
    const view = await this.look(token)
    return view.kind === 'failed' ? { kind: 'ready' } : view
  }

  /** What somebody sees who has the page open. Nothing begins. */
  look(token: string): Promise<PairingView> {
    return this.#counting(token, async () => {})
  }

  /** Linking begins, unless it runs. */
  begin(token: string): Promise<PairingView> {
    const { sessions } = this.#parts
    return this.#counting(token, async (deviceId) => {
      if (!sessions.passkey(deviceId)) await sessions.login(deviceId)
    })
  }

  /** Hands over what a passkey signed. @param text JSON of the browser's answer */
  answerPasskey(token: string, text: string): Promise<PairingView> {
    return this.#counting(token, async (deviceId) => {
      const credential = PasskeyCredential.safeParse(parsed(text))
      if (!credential.success) throw new AppError('invalid_request', undefined, { details: notReadable })
      await this.#parts.sessions.answerPasskey(deviceId, credential.data).catch((error: unknown) => {
        const isOther = error instanceof AppError && error.code === 'invalid_request'
        throw isOther ? new AppError(error.code, error.message, { cause: error, details: notReadable }) : error
      })
    })
  }

  /** Says whether the phone shows the same code. */
  confirmPasskey(token: string, same: boolean): Promise<PairingView> {
    return this.#counting(token, (deviceId) => this.#parts.sessions.confirmPasskey(deviceId, same))
  }

  /** Makes a code to be typed on the phone with this number (digits). */
  requestCode(token: string, phone: string): Promise<PairingView> {
    const { sessions, clock } = this.#parts
    return this.#counting(token, async (deviceId) => {
      const made = await sessions.loginCode(deviceId, phone)
      if (made.kind === 'already_linked') return
      this.#codes.set(deviceId, { code: made.code, until: clock.monotonic() + made.validForMs })
    })
  }

  /** Does something for the device of a link that still counts, and says what is to be seen then. */
  async #counting(token: string, then: (deviceId: string) => Promise<unknown>): Promise<PairingView> {
    const link = await this.#find(token)
    if (!link) return { kind: 'ended' }
    if (await this.#linked(link)) return { kind: 'linked' }
    // A link that has done its work does not do it again.
    if (link.used_at !== null) return { kind: 'ended' }
    try {
      await then(link.device_id)
    } catch (error) {
      return failedBy(error)
    }
    return this.#shown(link.device_id)
  }

  async #find(token: string) {
    const link = await this.#store.find(hashSecret(token))
    return link && Number(link.expires_at) > this.#parts.clock.now() ? link : undefined
  }

  async #linked({
    device_id: deviceId,
    used_at: usedAt,
  }: {
    device_id: string
    used_at: number | null
  }): Promise<boolean> {
    const { sessions, database, clock } = this.#parts
    if (sessions.status(deviceId).linked !== true) return false
    this.#codes.delete(deviceId)
    // Made while it was linked.
    if (usedAt === null) {
      await database.commit([this.#store.useAll(deviceId, clock.now())], { lane: deviceId })
    }
    return true
  }

  #shown(deviceId: string): PairingView {
    const { sessions, clock } = this.#parts
    const { state, linked } = sessions.status(deviceId)
    if (linked) return { kind: 'linked' }
    const secondsTo = (until: number) => Math.max(0, Math.floor((until - clock.monotonic()) / 1000))
    const runs = isLinking(state) || state.name === 'connecting'
    const passkey = this.#passkeyOf(deviceId)
    if (passkey) return passkey
    const code = this.#codes.get(deviceId)
    if (runs && code && code.until > clock.monotonic()) {
      return { kind: 'code', code: code.code, seconds: secondsTo(code.until) }
    }
    const shown = sessions.pairingCode(deviceId)
    if (shown) return { kind: 'qr', text: shown.qr.text, seconds: secondsTo(shown.shownAt + shown.qr.validForMs) }
    this.#codes.delete(deviceId)
    if (runs) return { kind: 'wait' }
    return state.reason ? { kind: 'failed', reason: state.reason } : { kind: 'ready' }
  }

  #passkeyOf(deviceId: string): PairingView | undefined {
    const { sessions, clock } = this.#parts
    const passkey = sessions.passkey(deviceId)
    const { name } = sessions.status(deviceId).state
    if (!passkey) return undefined
    const { request, code } = passkey
    const seconds = Math.max(0, Math.floor((request.expiresAt - clock.now()) / 1000))
    if (name === 'passkey_required') return { kind: 'passkey', options: JSON.stringify(optionsJson(request)), seconds }
    return name === 'passkey_confirm' && code !== undefined ? { kind: 'compare', code, seconds } : undefined
  }
}

const notReadable = { reason: 'invalid_passkey' }

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const failedBy = (error: unknown): PairingView => {
  if (!(error instanceof AppError)) throw error
  const { reason } = (error.details ?? {}) as { reason?: string }
  return { kind: 'failed', reason: reason ?? error.code }
}
