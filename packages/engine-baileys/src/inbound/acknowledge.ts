import type { BinaryNode } from '@switchboard/link'
import type { SessionContext } from '../session/session-context.ts'
import type { MessageEnvelope } from './message-envelope.ts'

/** Reasons for a negative acknowledgement (seen in: baileys `NACK_REASONS`, whatsmeow `NackReason`). */
export const nack = {
  parsing: 487,
  unrecognized: 488,
  invalidProtobuf: 491,
  missingSecret: 495,
  unhandled: 500,
} as const

/** The acknowledgement of any stanza (seen in: baileys stanza-ack.js, whatsmeow receipt.go `sendAck`). */
function ackNode(node: BinaryNode, own: string | undefined, error?: number): BinaryNode {
  const { id, from, participant, recipient, type } = node.attrs
  return {
    tag: 'ack',
    attrs: {
      id: id ?? '',
      to: from ?? '',
      class: node.tag,
      ...(error ? { error: String(error) } : {}),
      ...(participant ? { participant } : {}),
      ...(recipient ? { recipient } : {}),
      ...(type ? { type } : {}),
      ...(node.tag === 'message' && own ? { from: own } : {}),
    },
  }
}

/** Acknowledges a stanza. Losing it is harmless: what is not acknowledged comes again and is recognised. */
export async function sendAck(
  node: BinaryNode,
  { creds, wire }: Pick<SessionContext, 'creds' | 'wire'>,
  error?: number,
): Promise<void> {
  await wire.send(ackNode(node, creds.me?.id, error)).catch(() => {})
}

/** The receipt that acknowledges a message (seen in: whatsmeow receipt.go `sendMessageReceipt`). Losing it is as harmless. */
export async function sendMessageReceipt(node: BinaryNode, envelope: MessageEnvelope, context: SessionContext) {
  const { participant, recipient, from } = node.attrs
  const type = receiptType(envelope, context)
  const receipt: BinaryNode = {
    tag: 'receipt',
    attrs: {
      id: envelope.id,
      to: from ?? '',
      ...(participant ? { participant } : {}),
      ...(recipient ? { recipient } : {}),
      ...(type ? { type } : {}),
    },
  }
  await context.wire.send(receipt).catch(() => {})
}

function receiptType(envelope: MessageEnvelope, context: SessionContext): string | undefined {
  if (envelope.isPeer) return 'peer_msg'
  if (envelope.fromMe) return 'sender'
  return context.sendsActiveReceipts() ? undefined : 'inactive'
}
