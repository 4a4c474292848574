import type { CredentialWrite, InboundItem, PairingQr, Session, SessionState } from '@switchboard/engine'
import type { NewEvent } from '../eventlog/event-log.ts'
import type { Statement } from '../storage/database.ts'

export interface SessionStatus {
  readonly state: SessionState | { readonly name: 'idle'; readonly reason?: string }
  /** What a person can do now: `none`, `wait`, `login`, `reconnect`, `contact_support`… with a sentence. */
  readonly nextAction: { readonly code: string; readonly text: string }
  /** A session object is alive in this process. */
  readonly loaded: boolean
  readonly connected: boolean
  readonly linked: boolean
  readonly since: number
  /** Next automatic attempt, Unix ms. */
  readonly retryAt?: number
}

/** What an inbound item means for the store. Pure planning; sessions commits it together with the ratchets. */
export interface InboundPlan {
  readonly statements: readonly Statement[]
  readonly events: readonly NewEvent[]
  /** Runs after the commit (automatic read receipts, waking waiters…). Must not throw. */
  readonly afterCommit?: () => void
}

/** The rest of the gateway as sessions see it. */
export interface SessionListener {
  planInbound(deviceId: string, item: InboundItem): InboundPlan | Promise<InboundPlan>
  /** The device is open: unfinished sends may go on. */
  opened(deviceId: string): void
  sentMessage(deviceId: string, chat: string, id: string): Promise<Uint8Array | undefined>
}

/** One queue per device: what is run in it runs in order, one at a time. Devices never wait for each other. */
export interface Lane {
  run<Result>(task: () => Promise<Result>): Promise<Result>
  readonly size: number
}

export type LoginAnswer =
  | { readonly kind: 'already_linked' }
  | { readonly kind: 'qr'; readonly qr: PairingQr; readonly shownAt: number }

/** Owner of every connection: start-up, reconnects, watchdog, drain. */
export interface Sessions {
  listen(listener: SessionListener): void
  /** Brings linked devices up (jitter, then a slot, then retries with backoff). Returns at once; the listener of HTTP is already open. */
  start(): void
  status(deviceId: string): SessionStatus
  /** The open session. @throws AppError device_not_connected | device_not_linked */
  require(deviceId: string): Session
  lane(deviceId: string): Lane
  /** Starts linking and resolves with the current QR code; a second call while linking gets the current code. @throws AppError whatsapp_timeout… */
  login(deviceId: string): Promise<LoginAnswer>
  loginCode(
    deviceId: string,
    phone: string,
  ): Promise<{ kind: 'already_linked' } | { kind: 'code'; code: string; validForMs: number }>
  reconnect(deviceId: string): Promise<SessionStatus>
  reconnectAll(): Promise<{ requested: number }>
  /** Removes the link at WhatsApp (bounded wait), then every secret of it here. */
  logout(deviceId: string): Promise<void>
  /** As logout, and forgets the device; its row is deleted by the caller. */
  remove(deviceId: string): Promise<void>
  /** Proxy, passive mode or receipts changed: apply now (a proxy change reconnects). */
  settingsChanged(deviceId: string): Promise<void>
  counts(): Record<string, number>
  /** Stops taking work, lets what runs finish (bounded), closes every socket, keeps every link. */
  drain(deadlineMs: number): Promise<void>
}

export type { CredentialWrite }
