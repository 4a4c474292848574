import type { MessageType } from '@switchboard/engine'
import { namedFields } from '../proto/named-fields.ts'
import { type ContentKind, defineKind, type MessageField } from './content-kind.ts'
import { present } from './fields.ts'

/** What clients tell each other, of which nothing is shown. */
const silent = (type: MessageType, field: MessageField): ContentKind =>
  defineKind({ type, fields: [field], describe: () => ({}), stanzaType: 'text' })

export const historyNotice = silent('history_notice', 'messageHistoryNotice')
export const stickerSync = silent('sticker_sync', 'stickerSyncRmrMessage')
export const placeholder = silent('placeholder', 'placeholderMessage')
export const groupRootKey = silent('group_root_key', 'groupRootKeyShare')
export const rootSecret = silent('root_secret', 'rootSecretDistributeMessage')
export const botRegistration = silent('bot_registration', 'botPlatformRegistrationSuccessMessage')

export const chat = defineKind({
  type: 'chat',
  fields: ['chat'],
  describe: ({ displayName }) => present({ text: displayName }),
  stanzaType: 'text',
})

/** An answer of an assistant, in parts. */
export const aiRichResponse = defineKind({
  type: 'ai_rich_response',
  fields: ['richResponseMessage'],
  describe: (value) => {
    const { submessages = [], messageType = 0, unifiedResponse, contextInfo } = value
    const { messageType: kind = 'AI_RICH_RESPONSE_TYPE_UNKNOWN', ...fields } = namedFields(
      'AIRichResponseMessage',
      value,
    )
    return {
      ...present({ text: submessages.flatMap(({ messageText }) => (messageText ? [messageText] : [])).join('\n') }),
      richResponse: {
        ...{ kind: String(kind), kindNumber: messageType, parts: submessages.length },
        ...{ unified: unifiedResponse !== undefined, hasContext: contextInfo !== undefined },
        fields: { messageType: kind, ...fields },
      },
    }
  },
  stanzaType: 'text',
})
