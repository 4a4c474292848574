import { bareJid, type Clock, type InboundItem } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import type { AddressBook } from '../signal/address-book.ts'
import { childrenOf } from '../wire/nodes.ts'
import { addressOf } from './message-envelope.ts'

/** `<chatstate>` as an item: somebody types, records, or stopped. */
export async function chatStateItem(
  node: BinaryNode,
  book: AddressBook,
  clock: Clock,
): Promise<InboundItem | undefined> {
  const [state] = childrenOf(node)
  if (!node.attrs['from'] || (state?.tag !== 'composing' && state?.tag !== 'paused')) return undefined
  const { from, participant } = node.attrs
  return {
    kind: 'chat_presence',
    at: clock.now(),
    offline: false,
    chat: await addressOf(bareJid(from), node.attrs['sender_pn'], book),
    sender: await addressOf(participant ?? from, node.attrs['participant_pn'] ?? node.attrs['sender_pn'], book),
    state: state.tag,
    media: state.attrs['media'] === 'audio' ? 'audio' : '',
  }
}

/** `<presence>` as an item: somebody is online or was last seen. */
export async function presenceItem(
  node: BinaryNode,
  book: AddressBook,
  clock: Clock,
): Promise<InboundItem | undefined> {
  const { from, type, last } = node.attrs
  if (!from || (type !== undefined && type !== 'available' && type !== 'unavailable')) return undefined
  const lastSeen = Number(last)
  return {
    kind: 'presence',
    at: clock.now(),
    offline: false,
    from: await addressOf(from, undefined, book),
    available: type !== 'unavailable',
    ...(last !== undefined && lastSeen > 0 ? { lastSeenAt: lastSeen * 1000 } : {}),
  }
}

/** `<ib><offline_preview/>` and `<ib><offline/>`: what waited, and that all of it has come. */
export function offlineItem(phase: 'begin' | 'end', child: BinaryNode | undefined, clock: Clock): InboundItem {
  const count = (name: string) => Number(child?.attrs[name] ?? 0) || 0
  const counts = {
    total: count('count'),
    messages: count('message'),
    receipts: count('receipt'),
    notifications: count('notification'),
    appData: count('appdata'),
  }
  return { kind: 'offline', at: clock.now(), offline: false, phase, counts }
}
