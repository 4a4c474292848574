import type {
  Account,
  CredentialWrite,
  InboundItem,
  PairingQr,
  PasskeyAssertion,
  PasskeyRequest,
  Registration,
  Session,
  SessionState,
} from '@switchboard/engine'
import type { DeviceWork } from '../cluster/device-work.ts'
import type { NewEvent } from '../eventlog/event-log.ts'
import type { Statement } from '../storage/database.ts'
import type { SessionRow } from '../storage/session-store.ts'

/** What the row of a device says of its connection. */
export interface StoredState {
  readonly status: SessionRow['status']
  readonly state: string
  readonly stateReason: string | null
}

/** What the row of a device says of its connection, when another node has it. */
export interface RemoteDevice extends StoredState {
  readonly id: string
  /** The node that has it; null while none has. */
  readonly owner?: string | null
}

export interface SessionStatus {
  readonly state: SessionState | { readonly name: 'idle'; readonly reason?: string }
  /** What a person can do now: `none`, `wait`, `login`, `reconnect`, `contact_support`… with a sentence. */
  readonly nextAction: { readonly code: string; readonly text: string }
  /** A session object is alive in this process. */
  readonly loaded: boolean
  readonly connected: boolean
  /** The credentials belong to an account; undefined while nobody looked, which is not no. */
  readonly linked: boolean | undefined
  /** It is connected or connects, or will, without anybody's doing. */
  readonly comesBack: boolean
  readonly since: number
  /** What its row says, as far as this process knows it: while it works with the device. */
  readonly stored?: StoredState
  /** Next automatic attempt, Unix ms. */
  readonly retryAt?: number
}

/** What an inbound item means for the store. Pure planning; sessions commits it together with the ratchets. */
export interface InboundPlan {
  readonly statements: readonly Statement[]
  readonly events: readonly NewEvent[]
  /** Runs after the commit (automatic read receipts, waking waiters…). Must not throw. */
  readonly afterCommit?: () => void
  /** Committed instead when a statement rejects with {@link AlreadyStored}: WhatsApp delivered a message twice. */
  readonly whenAlreadyStored?: readonly Statement[]
}

/** The rest of the gateway as sessions see it. */
export interface SessionListener {
  /** @param again it was planned before, and that plan threw {@link PlanOutdated} out of its unit */
  planInbound(deviceId: string, item: InboundItem, again?: boolean): InboundPlan | Promise<InboundPlan>
  /** The device is open: unfinished sends may continue. */
  opened(deviceId: string): void
  /** WhatsApp bans the account for a while. @param until Unix ms; undefined when it does not say @param detail its words */
  banned(deviceId: string, until: number | undefined, detail: string | undefined): void
  /** The link is gone: unfinished sends cannot continue. Resolves when none is left. */
  loggedOut(deviceId: string): void | Promise<void>
  sentMessage(deviceId: string, chat: string, id: string): Promise<Uint8Array | undefined>
}

/** One queue per device: what is run in it runs in order, one at a time. Devices never wait for each other. */
export interface DeviceLane {
  run<Result>(task: () => Promise<Result>): Promise<Result>
  readonly size: number
}

export type LoginAnswer =
  | { readonly kind: 'already_linked' }
  /** `shownAt`: on the monotonic clock. */
  | { readonly kind: 'qr'; readonly qr: PairingQr; readonly shownAt: number }

/** A passkey that is asked for. */
export interface PendingPasskey {
  readonly request: PasskeyRequest
  /** What a person must see on the phone too. */
  readonly code?: string
}

/** How far linking came after a step of the passkey. `confirm`: the phone confirms; with a code a person compares first. */
export type PasskeyOutcome =
  | { readonly kind: 'linked' }
  | { readonly kind: 'confirm'; readonly code?: string }
  | { readonly kind: 'ended'; readonly reason: string }

export interface ReconnectOutcome {
  readonly deviceId: string
  /** `requested`: the attempt still runs. `skipped`: not linked. */
  readonly outcome: 'reconnected' | 'failed' | 'requested' | 'skipped' | 'already_connected'
  readonly reason?: string
}

/** What a device may set for its connection. Lasts over reconnects and restarts. */
export interface SessionSettings {
  /** The device's own proxy; null: the server's. */
  readonly proxyUrl: string | null
  readonly passive: boolean
  readonly forceActiveReceipts: boolean
}

/** Owner of every connection: start-up, reconnects, watchdog, drain. */
export interface Sessions extends DeviceWork {
  listen(listener: SessionListener): void
  /** Brings linked devices up (jitter, then a slot, then retries with backoff). Resolves as soon as it is known which devices are linked: until then
   *  no request can be answered about them. */
  start(): Promise<void>
  status(deviceId: string): SessionStatus
  /** The same for a device that another node may have: then as its row says, as long as that node is alive. */
  statusOf(row: RemoteDevice): SessionStatus
  /** Devices of this process for which this holds: every linked one is among those that are asked. */
  find(holds: (status: SessionStatus) => boolean): string[]
  /** The open session. @throws AppError device_not_connected | device_not_linked */
  require(deviceId: string): Session
  /** For what can wait for the device, a send: passes when it is connected or will be without anybody's doing.
   *  @throws AppError device_not_connected | device_not_linked */
  requireLink(deviceId: string): void
  /** While a task runs nobody works with the device: who asks for it gets `not_ready`. What is under way is not ended by this.
   *  @param take ends it, and brings the device back */
  aside<Result>(deviceId: string, task: () => Promise<Result>, take: () => Promise<void>): Promise<Result>
  /** This process answers for the device: nobody else ends what it has not ended. */
  isResponsible(deviceId: string): boolean
  lane(deviceId: string): DeviceLane
  /** First statement of a unit that changes what belongs to a device's session: the unit fails with OwnershipLostError when another process took
   *  the device over. A gateway that is alone needs none before it has loaded the device. @throws OwnershipLostError when another node has it */
  fence(deviceId: string): Statement[]
  /** The linked account, when this process has it loaded. */
  account(deviceId: string): Account | undefined
  /** Starts linking and resolves with the current QR code; a second call while linking gets the current code. @throws AppError whatsapp_timeout… */
  login(deviceId: string): Promise<LoginAnswer>
  /** The code that a phone can scan now, if the device waits for one. */
  pairingCode(deviceId: string): Pick<Extract<LoginAnswer, { kind: 'qr' }>, 'qr' | 'shownAt'> | undefined
  loginCode(
    deviceId: string,
    phone: string,
  ): Promise<{ kind: 'already_linked' } | { kind: 'code'; code: string; validForMs: number }>
  /** What WhatsApp wants signed before it links, or what is to be compared; undefined while nothing is asked. */
  passkey(deviceId: string): PendingPasskey | undefined
  /** Hands over what was signed, and waits a moment for what comes of it. @throws AppError passkey_not_pending, passkey_refused, invalid_request… */
  answerPasskey(deviceId: string, assertion: PasskeyAssertion): Promise<PasskeyOutcome>
  /** Says whether the phone shows the same code, and waits a moment for what comes of it. @throws AppError passkey_not_pending, passkey_refused… */
  confirmPasskey(deviceId: string, same: boolean): Promise<PasskeyOutcome>
  reconnect(deviceId: string): Promise<SessionStatus>
  /** Connects every linked device that is offline, spread over the start-up jitter, and tells what came of it within the bound. */
  reconnectAll(waitMs: number): Promise<ReconnectOutcome[]>
  /** Whether a number (digits) has an account, from memory when WHATSAPP_ISON_CACHE_ENABLED allows. @throws AppError device_not_connected */
  registration(deviceId: string, phone: string): Promise<Registration | undefined>
  /** The same for many at once, by number. */
  registrations(deviceId: string, phones: readonly string[]): Promise<Map<string, Registration>>
  /** Removes the link at WhatsApp (bounded wait), then every secret of it here. */
  logout(deviceId: string): Promise<void>
  /** As logout, and forgets the device; its row is deleted by the caller. */
  remove(deviceId: string): Promise<void>
  settings(deviceId: string): Promise<SessionSettings>
  /** Stores what is given and applies it now; a change of the proxy reconnects. What cannot be applied while offline holds from the next connection on. */
  changeSettings(deviceId: string, change: Partial<SessionSettings>): Promise<void>
  /** The device's row changed: apply now what differs (a proxy change reconnects). */
  settingsChanged(deviceId: string): Promise<void>
  /** Devices of this process, or those of them for which this holds, by state. */
  counts(of?: (deviceId: string) => boolean): Record<string, number>
  /** Stops taking work, lets what runs finish (bounded), closes every socket, keeps every link. */
  drain(deadlineMs: number): Promise<void>
}

export type { CredentialWrite }
