import type { InboundMediaRetry, MediaRetryAnswer } from '@switchboard/engine'
import { definePlanner } from '../kit/define-planner.ts'
import { formsOf } from '../people/addresses.ts'
import { type MessageMediaRow, MessageMediaStore } from '../storage/message-media-store.ts'
import { MessageStore } from '../storage/message-store.ts'
import type { MessageTable } from '../storage/schema.ts'
import { mediaIdOf } from './links.ts'
import { reasons } from './reasons.ts'

interface Facts {
  readonly row: MessageTable | undefined
  readonly known: MessageMediaRow | undefined
}

function changeBy(answer: MediaRetryAnswer, due: number | null) {
  if (answer.result === 'stored') return { state: 'remote', reason: null, path: answer.path, due_at: due } as const
  const reason = answer.result === 'not_found' ? reasons.notOnPhone : reasons.phoneRefused
  return { state: 'failed', reason, due_at: null } as const
}

/** The phone answered that a file is at WhatsApp again, or that it has it no longer. */
export default definePlanner({
  kinds: ['media_retry'],
  stores: (database, { engine }) => ({
    engine,
    media: new MessageMediaStore(database),
    messages: new MessageStore(database),
  }),
  async read({ messages, media }, { deviceId }, item): Promise<Facts> {
    const chats = formsOf(item.chat)
    const rows = await messages.findAll(deviceId, item.messageId)
    const row = rows.find((each) => chats.includes(each.chat) && (each.from_me === 1) === item.fromMe)
    const [known] = row ? await media.find(deviceId, [row.chat], [row.id]) : []
    return { row, known }
  },
  plan({ deviceId, now, stores, facts, device }, item: InboundMediaRetry) {
    const { row, known } = facts
    const wasDue = known !== undefined && known.due_at !== null
    // What cannot be opened was not sealed by somebody who has the key of the file.
    const answer = row?.body ? stores.engine.openMediaRetry(item, row.body) : undefined
    const told = {
      kind: 'media_retried' as const,
      messageId: item.messageId,
      chat: item.chat,
      sender: item.sender,
      fromMe: item.fromMe,
      at: item.at,
      offline: item.offline,
      result: answer?.result,
      ...(item.errorCode !== undefined && { errorCode: item.errorCode }),
      ...(row && answer?.result === 'stored' && { media: device.media?.refer(row.chat, row.id, known?.id) }),
    }
    if (!row || !answer) return { statements: [], told: [told] }
    const about = { id: mediaIdOf(deviceId, row.chat, row.id), deviceId, chat: row.chat, messageId: row.id }
    const change = changeBy(answer, wasDue ? now : null)
    return {
      statements: known?.state === 'stored' ? [] : stores.media.change(about, change, now),
      told: [told],
      effects: [
        { kind: 'media_retried', chat: row.chat, messageId: row.id, answer },
        ...(wasDue ? [{ kind: 'media_due' as const }] : []),
      ],
    }
  },
})
