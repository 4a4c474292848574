import type { InboundReceipt } from '@switchboard/engine'
import { z } from 'zod'
import { defineEvent } from '../kit/define-event.ts'
import { exampleJid, exampleMessageId, exampleSeconds, fields, unixSeconds } from './fields.ts'

/** The events that receipts raise differ only in name and in the receipts they stand for: one event a message id. */
export const receiptEvent = (name: string, summary: string, types: readonly InboundReceipt['type'][]) =>
  defineEvent({
    name,
    group: 'Messages',
    summary,
    schema: z.object({
      message_id: fields.messageId,
      chat: fields.chat,
      sender: z.string().describe('Who produced the receipt'),
      timestamp: fields.seconds,
    }),
    example: { message_id: exampleMessageId, chat: exampleJid, sender: exampleJid, timestamp: exampleSeconds },
    on: ['receipt'],
    from: (_device, receipt) =>
      types.includes(receipt.type)
        ? receipt.messageIds.map((id) => ({
            message_id: id,
            chat: receipt.chat.jid,
            sender: receipt.sender.jid,
            timestamp: unixSeconds(receipt.at),
          }))
        : undefined,
  })
