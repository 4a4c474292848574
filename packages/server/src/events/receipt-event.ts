import { z } from 'zod'
import { defineEvent } from '../kit/define-event.ts'
import { person, personFields } from '../schemas/person.ts'
import type { SourceOf } from './event-source.ts'
import { exampleJid, exampleMessageId, exampleSeconds, fields, unixSeconds } from './fields.ts'

/** The events of a message that came further with somebody differ only in name. One each for a person and a message. */
export const receiptEvent = (name: string, summary: string, state: SourceOf<'message_advanced'>['state']) =>
  defineEvent({
    name,
    group: 'Messages',
    summary,
    schema: z.object({
      message_id: fields.messageId,
      ...fields.chat,
      ...personFields('sender', 'The recipient, or the own account, which read it on another device'),
      timestamp: fields.seconds,
    }),
    example: { message_id: exampleMessageId, chat: exampleJid, sender: exampleJid, timestamp: exampleSeconds },
    on: ['message_advanced'],
    repeats: 'Once for each message and person.',
    from: (_device, source) =>
      source.state === state
        ? {
            message_id: source.messageId,
            ...person('chat', source.chat),
            ...person('sender', source.sender),
            timestamp: unixSeconds(source.at),
          }
        : undefined,
  })
