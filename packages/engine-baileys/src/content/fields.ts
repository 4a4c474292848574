import type { MessageTarget, TargetView } from '@switchboard/engine'
import { isGroupJid, statusJid } from '@switchboard/engine'
import type { MessageKey } from '../generated/messages.ts'

/** The fields of an object that have a value: what is absent stays absent. Texts that are empty count as absent. */
export function present<T extends object>(fields: T): { [Name in keyof T]?: NonNullable<T[Name]> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== '')
  return Object.fromEntries(entries) as { [Name in keyof T]?: NonNullable<T[Name]> }
}

/** A list with something in it; undefined for an empty one, so that {@link present} leaves it out. */
export const filledList = <Item>(list: readonly Item[]): readonly Item[] | undefined =>
  list.length > 0 ? list : undefined

/** Seconds since the epoch as milliseconds; undefined for what is no instant. */
export function instant(seconds: number | undefined): number | undefined {
  return seconds !== undefined && seconds > 0 && seconds < 8.64e12 ? seconds * 1000 : undefined
}

export function hex(bytes: Uint8Array | undefined): string | undefined {
  return bytes && bytes.length > 0 ? Buffer.from(bytes).toString('hex') : undefined
}

/** The message that a key names, as a view tells it. */
export function targetView(key: MessageKey | undefined): TargetView | undefined {
  if (!key?.id) return undefined
  return {
    id: key.id,
    ...present({ chat: key.remoteJid, sender: key.participant }),
    ...(key.fromMe === undefined ? {} : { fromMe: key.fromMe }),
  }
}

/** The same as part of a view. */
export function about(key: MessageKey | undefined): { target?: TargetView } {
  return present({ target: targetView(key) })
}

/** Names a message of the chat to others, seen from the own account. In groups and on the status its author goes along, unless that is the own account
 *  (seen in: whatsmeow send.go `BuildMessageKey`, WhatsApp Web WAWebSendStatusReactionAction). */
export function keyOf({ id, sender, fromMe }: MessageTarget, chat: string): MessageKey {
  const isShared = isGroupJid(chat) || chat === statusJid
  return { remoteJid: chat, fromMe, id, ...(isShared && !fromMe ? { participant: sender } : {}) }
}
