import { EngineError, type Messaging } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import { chatAddress } from '../../outbound/chat-address.ts'
import type { AbilityParts } from '../ability-parts.ts'

type Receipt = Parameters<Messaging['markRead']>[0]

/** Sends read or played receipts. They stay between the own devices when the account's privacy settings want that. */
export async function markRead({ context, privacy }: AbilityParts, receipt: Receipt): Promise<void> {
  const [first, ...others] = receipt.messageIds
  if (!first) throw new EngineError('invalid_argument', 'no message ids')
  const to = await chatAddress(receipt.chat, context)
  const type = receipt.played ? 'played' : 'read'
  const hidden = await hidesReadReceipts(privacy)
  const node: BinaryNode = {
    tag: 'receipt',
    attrs: {
      id: first,
      to,
      type: hidden ? `${type}-self` : type,
      t: String(Math.floor(context.clock.now() / 1000)),
      ...(receipt.sender && receipt.sender !== receipt.chat ? { participant: receipt.sender } : {}),
    },
  }
  if (others.length > 0) {
    node.content = [{ tag: 'list', attrs: {}, content: others.map((id) => ({ tag: 'item', attrs: { id } })) }]
  }
  await context.wire.send(node)
}

// Without an answer nothing is revealed.
async function hidesReadReceipts(privacy: AbilityParts['privacy']): Promise<boolean> {
  const settings = await privacy.settings().catch(() => undefined)
  return settings?.get('readreceipts') !== 'all'
}
