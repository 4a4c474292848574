import type { LookupFunction } from 'node:net'
import type { Abilities, AbilityName } from './abilities/index.ts'
import type { CredentialStore, CredentialWrite } from './credentials.ts'
import type { Endpoints } from './endpoints.ts'
import type { InboundItem } from './inbound.ts'
import type { PasskeyAssertion, PasskeyRequest } from './passkey.ts'
import type { SessionState } from './state.ts'

/** The WhatsApp account behind a linked device. */
export interface Account {
  /** Own device address with its companion number: `4917…:5@s.whatsapp.net`. */
  readonly jid: string
  readonly lid?: string
  readonly pushName?: string
  readonly platform?: string
  readonly businessName?: string
  /** The own user name, without @. Blank: none. Absent: not known yet. */
  readonly username?: string
}

export interface PairingQr {
  /** What the QR picture must encode. */
  readonly text: string
  /** How long this code is valid, ms. */
  readonly validForMs: number
}

/** What a session needs from the one that opened it. Calls for one session never overlap out of order. */
export interface SessionHost {
  /** Takes an item over. Resolves only when the item and `writes` (ratchets, consumed prekeys, keys) are durable *together*, in one transaction;
   *  the engine acknowledges to WhatsApp after that and never before. A rejection means: not taken, WhatsApp will deliver it again. */
  receive(item: InboundItem, writes: readonly CredentialWrite[]): Promise<void>
  stateChanged(state: SessionState): void
  /** A new pairing code picture; called again each time WhatsApp rotates it. */
  pairingQr(qr: PairingQr): void
  /** WhatsApp wants the account's passkey; `passkey_required` follows. Called again when it asks anew. */
  passkeyRequired(request: PasskeyRequest): void
  /** While `passkey_confirm`: a person must see the same code on the phone. Not called where the phone has proof of who showed the code. */
  passkeyCode(code: string): void
  /** Linking succeeded; a `restart_required` close follows. Resolves when the caller has noted it. */
  paired(account: Account): Promise<void>
  /** The account's own data changed (push name, user name, LID). */
  accountChanged(account: Account): void
  /** The message bytes sent earlier under this id, for a recipient that could not decrypt. */
  sentMessage(chat: string, id: string): Promise<Uint8Array | undefined>
}

export interface OpenOptions {
  /** Ours; used for logs and caches only. */
  readonly deviceId: string
  readonly credentials: CredentialStore
  readonly host: SessionHost
  readonly endpoints: Endpoints
  /** http, https or socks5 URL; every byte of this session goes through it. A proxy that fails is a failed connection, never a direct one. */
  readonly proxyUrl?: string
  /** Resolves the host name of that proxy, and refuses one that leads where it must not; the system's look-up when absent. */
  readonly proxyLookup?: LookupFunction
  /** Name in the phone's list of linked devices. */
  readonly clientName: string
  /** WhatsApp Web version to present; the engine's own default when absent. */
  readonly version?: readonly [number, number, number]
  /** Report active (not inactive) delivery receipts even while the account is unavailable. */
  readonly forceActiveReceipts?: boolean
  readonly passive?: boolean
}

/** One connection of one device. It ends once, in a final state; reconnecting means opening another. */
export interface Session {
  readonly state: SessionState
  readonly account: Account | undefined
  /** When the server was last heard, as `performance.now()`; 0 before that. For watchdogs: a change of the system clock must not mislead them. */
  readonly lastHeardAt: number
  can(ability: AbilityName): boolean
  /** The ability. @throws EngineError `unsupported` */
  use<Name extends AbilityName>(ability: Name): Abilities[Name]
  /** Asks for an eight-character code that the owner types on the phone. Only while `pairing`. */
  requestPairingCode(phone: string): Promise<string>
  /** Hands over what the authenticator signed. Resolves when WhatsApp has taken it. @throws EngineError `invalid_argument` for an answer to another
   *  question, which spoils nothing; `refused`, after which the session ends; `timeout`; `not_connected` when nothing is asked */
  answerPasskey(assertion: PasskeyAssertion): Promise<void>
  /** Says whether the phone shows the code of {@link SessionHost.passkeyCode}; if not, the session ends. @throws EngineError `not_connected` when there is
   *  nothing to compare; `refused`, `timeout` */
  confirmPasskey(same: boolean): Promise<void>
  /** Asks the server for a sign of life. @throws EngineError `timeout` */
  ping(timeoutMs: number): Promise<void>
  setForceActiveReceipts(force: boolean): void
  /** Ends the connection and keeps the link. Resolves when nothing of it runs any more. */
  close(): Promise<void>
  /** Removes the link at WhatsApp, waits for its answer (bounded), then ends. */
  logout(): Promise<void>
}
