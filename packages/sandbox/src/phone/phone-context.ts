import type { WireNode } from '../wire/node.ts'
import type { Account, Device } from '../world/account.ts'
import type { World } from '../world/world.ts'
import type { ChatEntry, ChatLog, ChatTimer, ReceiptRecord } from './chat-log.ts'
import type { PhoneKeys } from './phone-keys.ts'
import type { PhoneStorage } from './phone-storage.ts'
import type { SignalStore } from './signal-store.ts'

/** Something a companion or peer did that a real phone would not have accepted. */
export interface Violation {
  readonly rule: string
  readonly detail: string
  /** Device that broke it, by phone number; empty when unknown. */
  readonly device: string
  readonly at: number
}

/** What the parts of one phone share. */
export interface PhoneContext {
  readonly world: World
  readonly account: Account
  /** Device 0 of the account. */
  readonly device: Device
  readonly keys: PhoneKeys
  readonly signal: SignalStore
  readonly storage: PhoneStorage
  readonly chats: ChatLog
  /** Of disappearing messages, by JID of the chat. */
  readonly timers: Map<string, ChatTimer>
  /** Hands a stanza to the server; resolves with its answer. */
  submit(node: WireNode): Promise<WireNode | undefined>
  violation(rule: string, detail: string, device?: Device): void
  /** Appends to the world's log, with this phone's number. */
  note(type: string, data: Readonly<Record<string, unknown>>): void
  receipt(entry: ChatEntry, receipt: ReceiptRecord): void
}

/** Name of a device's Signal session: always by LID, so that both addressings share one session. */
export function signalAddress(device: Device): string {
  return `${device.account.lid}:${device.id}`
}
