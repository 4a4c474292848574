import { EngineError, type Messaging, parseJid } from '@switchboard/engine'
import type { BinaryNode } from 'baileys'
import type { SessionContext } from '../link/session-context.ts'

type Receipt = Parameters<Messaging['markRead']>[0]

/** Sends read or played receipts; `hidden` keeps them between the own devices, as the account's privacy settings may want. */
export async function markRead(receipt: Receipt, hidden: boolean, context: SessionContext): Promise<void> {
  const [first, ...others] = receipt.messageIds
  if (!first) throw new EngineError('invalid_argument', 'no message ids')
  const to = await chatAddress(receipt.chat, context)
  const type = receipt.played ? 'played' : 'read'
  const node: BinaryNode = {
    tag: 'receipt',
    attrs: {
      id: first,
      to,
      type: hidden ? `${type}-self` : type,
      t: String(Math.floor(Date.now() / 1000)),
      ...(receipt.sender && receipt.sender !== receipt.chat ? { participant: receipt.sender } : {}),
    },
  }
  if (others.length > 0) {
    node.content = [{ tag: 'list', attrs: {}, content: others.map((id) => ({ tag: 'item', attrs: { id } })) }]
  }
  await context.wire.send(node)
}

/** A chat's address as stanzas want it: the LID where it is known. */
export async function chatAddress(chat: string, { signal }: SessionContext): Promise<string> {
  const parsed = parseJid(chat)
  if (!parsed) throw new EngineError('invalid_argument', 'not the address of a chat')
  const lid = parsed.server === 's.whatsapp.net' ? await signal.book.lidOf(parsed.user) : undefined
  return lid ? `${lid}@lid` : chat
}
