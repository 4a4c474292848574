import type { CredentialWrite } from './credentials.ts'
import type { Address } from './jid.ts'
import type { Account } from './session.ts'

/** How much of a link was taken over. */
export interface MovedCounts {
  readonly preKeys: number
  readonly sessions: number
  /** Of the sessions, those that are kept under a LID. */
  readonly sessionsByLid: number
  readonly senderKeys: number
  readonly appStateKeys: number
  readonly privacyTokens: number
  readonly addresses: number
}

/** A device that another program linked, as this engine keeps it from now on. */
export interface MovedDevice {
  readonly account: Account
  /** All of its credentials, for a store without any. */
  readonly secrets: readonly CredentialWrite[]
  /** People of whom number and LID are known. */
  readonly addresses: readonly Required<Address>[]
  readonly taken: MovedCounts
  /** What could not be taken, and what becomes of it. For people; never secret. */
  readonly leftOut: readonly string[]
}

/** A row of a database, by column. */
export type ForeignRow = Readonly<Record<string, unknown>>

/** What whatsmeow's tables hold of one device. */
export interface WhatsmeowDevice {
  readonly device: ForeignRow
  readonly preKeys: readonly ForeignRow[]
  readonly sessions: readonly ForeignRow[]
  readonly senderKeys: readonly ForeignRow[]
  readonly appStateSyncKeys: readonly ForeignRow[]
  readonly privacyTokens: readonly ForeignRow[]
  /** Of all devices. */
  readonly lidMap: readonly ForeignRow[]
}

/** Reads links of other programs. Pure. */
export interface LinkReaders {
  /** @param state of a Baileys client: values by key, such as `creds` and `session-491700000001.0` (`/` written as `__`, `:` as `-`), parsed as plain JSON
   *  @throws NotMovable */
  baileys(state: ReadonlyMap<string, unknown>): MovedDevice
  /** @throws NotMovable */
  whatsmeow(device: WhatsmeowDevice): MovedDevice
}

/** A stored secret of a device. */
export type StoredSecret = CredentialWrite & { readonly value: Uint8Array }

/**
 * Makes the secrets of one device safe to continue with when they are older than the last that were in use, as those of a backup are: with old ratchets it
 * would use keys a second time, and nobody would read what it sends. Sessions begin anew with the next message to each device, and still read what comes
 * in them; own keys of groups and numbers of prekeys are not used again. Answers what is to be stored instead; undefined: nothing.
 *
 * To be called with each secret of the device, those of the kind `creds` before those of kinds that sort behind it.
 */
export type Rewind = (secret: StoredSecret) => Uint8Array | undefined

/** What is there is no link that works, or cannot be read. The message is for people and never secret. */
export class NotMovable extends Error {
  override readonly name = 'NotMovable'
}
