import type { OpenOptions, PairingQr } from '@switchboard/engine'
import type { BinaryNode, StreamEnd } from '@switchboard/link'
import type { SessionContext } from '../session/session-context.ts'
import type { ProxyAgent } from '../wire/proxies.ts'
import type { Wire } from '../wire/wire.ts'

/** The connection of one session, whoever speaks it: our own link, or the protocol library's. */
export interface Connection extends Wire {
  /** When the last stanza came, by `performance.now()`. */
  readonly heardAt: number
  /** @throws EngineError `refused`, `timeout`, `closed` */
  requestPairingCode(phone: string): Promise<string>
  /** Deals with the phone's answer to a pairing code, and acknowledges it. */
  takeLinkCode(node: BinaryNode): Promise<void>
  /** Shows no more codes: a phone took one, and what follows takes longer than they last. */
  stopCodes(): void
  /** Logging in is over: asks for what clients ask for then. */
  loggedIn(): void
  /** Tells WhatsApp and the credentials that the account took another name. */
  rename(name: string): void
  /** Begins to end the connection; a peer that does not answer is cut off soon. */
  end(): void
}

/** What happens to a connection. Nothing comes after `ended`. */
export interface ConnectionListener {
  /** The socket is open; the handshake begins. */
  opened(): void
  /** The first stanza came. */
  heard(): void
  /** A stanza that is for the session. */
  stanza(node: BinaryNode): void
  /** A picture for the phone. */
  qr(picture: PairingQr): void
  /** The credentials are others now. */
  credsChanged(): void
  /** What went wrong inside; the connection stays. */
  failed(error: unknown): void
  ended(end: StreamEnd): void
}

export interface ConnectionParts extends Pick<SessionContext, 'creds' | 'store' | 'signal' | 'clock'> {
  readonly options: OpenOptions
  /** Takes the connection through the proxy, where there is one. */
  readonly agent: ProxyAgent | undefined
  readonly listener: ConnectionListener
}

/** Starts connecting. */
export type Connect = (parts: ConnectionParts) => Connection
