import type { Endpoints } from '../endpoints.ts'
import type { Engine } from '../engine.ts'
import type { ChannelsPhone } from './phones/channels-phone.ts'
import type { FilesPhone } from './phones/files-phone.ts'
import type { GroupsPhone } from './phones/groups-phone.ts'
import type { MediaPhone } from './phones/media-phone.ts'
import type { PasskeyPhone } from './phones/passkey-phone.ts'

/** A message as a phone shows it. */
export interface ShownMessage {
  readonly id: string
  /** Sent by this phone's account, here or on a companion. */
  readonly fromMe: boolean
  /** Phone-number address of the other person. */
  readonly chat: string
  /** Of which kind the phone shows it: text, location, poll, … */
  readonly kind: string
  readonly text?: string
  /** Fields of that kind, by the names that the phone gives them. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly quotedId?: string
  readonly mentions?: readonly string[]
  readonly forwarded?: boolean
  /** It may be seen once. */
  readonly viewOnce?: boolean
  /** Seconds until it disappears. */
  readonly expiresAfter?: number
  /** The message that it is about. */
  readonly targetId?: string
  /** What became of it since. */
  readonly editedText?: string
  readonly revoked?: boolean
  readonly pinned?: boolean
  readonly kept?: boolean
}

/** A person with a phone, in whatever world the engine is tested against. Waits reject after a few seconds. */
export interface ContractPhone {
  readonly name: string
  /** Digits. */
  readonly number: string
  readonly jid: string
  readonly lid: string
  readonly groups: GroupsPhone
  readonly channels: ChannelsPhone
  readonly files: FilesPhone
  readonly media: MediaPhone
  readonly passkey: PasskeyPhone
  scan(qrText: string): Promise<unknown>
  /** Types a pairing code in, once the server asks this phone for one. */
  enterCode(code: string): Promise<unknown>
  /** Sends a text; resolves when the server has it. */
  send(to: string, text: string): Promise<{ readonly id: string }>
  /** The message with that text, decrypted by this phone. */
  shows(text: string): Promise<ShownMessage>
  /** The message under that id, decrypted by this phone, as soon as it looks so. */
  has(id: string, looks?: (message: ShownMessage) => boolean): Promise<ShownMessage>
  /** Resolves when the timer of one of its one-to-one chats is that. */
  showsTimer(seconds: number): Promise<unknown>
  /** Sets after how long messages of a one-to-one chat disappear. */
  setTimer(chat: string, seconds: number): Promise<unknown>
  /** A receipt for a message that this phone sent. */
  receipt(id: string, type: 'delivery' | 'inactive' | 'read'): Promise<unknown>
  read(chat: string, ids: readonly string[]): Promise<unknown>
  typing(to: string, state: 'composing' | 'recording' | 'paused'): Promise<unknown>
  rename(name: string): Promise<unknown>
  /** Resolves when the phone has handed its keys and its history over to a device that it linked. */
  gave(deviceJid: string): Promise<unknown>
  /** Removes the linked device with that number. */
  unlink(device: number): void
}

/** What an engine is tested against. Devices are named by their address with companion number. */
export interface EngineHarness {
  readonly engine: Engine
  readonly endpoints: Endpoints
  phone(name: string): Promise<ContractPhone>
  /** Ends a device's stream with a code of WhatsApp's; 0 cuts the connection. */
  disconnect(deviceJid: string, code: number): void
  /** Refuses the next message that the device sends. */
  refuseNext(deviceJid: string, code: number): void
  /** Spoils the ciphertext of the next message to, or from, the device. */
  spoilNext(deviceJid: string, direction: 'to' | 'from'): void
  /** Resolves when the server keeps nothing for the device that is not acknowledged. */
  nothingWaits(deviceJid: string): Promise<unknown>
  /** What broke a rule of the protocol so far, as seen by phones and server; empty is good. */
  violations(): readonly unknown[]
  close(): Promise<void>
}
