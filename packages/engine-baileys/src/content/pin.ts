import { EngineError } from '@switchboard/engine'
import { defineKind } from './content-kind.ts'
import { about, keyOf, present } from './fields.ts'

const pinType = { pin: 1, unpin: 2 } as const
/** A day, a week, 30 days: what phones offer. */
const durations: readonly number[] = [86_400, 604_800, 2_592_000]

/** Pins a message for everybody in the chat. For how long is in another field. */
export const pin = defineKind({
  type: 'pin',
  fields: ['pinInChatMessage'],
  compose({ target, pinned, seconds = 604_800 }, { chat, now }) {
    if (!durations.includes(seconds)) {
      throw new EngineError('invalid_argument', `a message is pinned for ${durations.join(', ')} seconds`)
    }
    const type = pinned ? pinType.pin : pinType.unpin
    return {
      pinInChatMessage: { key: keyOf(target, chat), type, senderTimestampMs: now },
      messageContextInfo: { messageAddOnDurationInSecs: pinned ? seconds : 0 },
    }
  },
  describe: ({ key, type }, { messageContextInfo }) => ({
    pin: {
      pinned: type !== pinType.unpin,
      ...present({ seconds: messageContextInfo?.messageAddOnDurationInSecs || undefined }),
    },
    ...about(key),
  }),
  stanzaType: 'text',
  marks: () => ({ edit: '2', hidden: true }),
})
