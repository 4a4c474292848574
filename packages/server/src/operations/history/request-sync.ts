import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { defineOperation } from '../../kit/define-operation.ts'
import { unansweredAbility } from '../../kit/needs.ts'
import { ChatAddress } from '../../schemas/chat-address.ts'
import { MessageId } from '../../schemas/message-id.ts'

const standardCount = 25
/** Without a chat, so many chats are asked for. */
const mostChats = 20

/** The list of a chat from its first message on. */
const fromTheFirst = { towards: 'newer', sentAt: 0, createdAt: 0, id: '' } as const

export default defineOperation({
  method: 'POST',
  path: '/history/sync',
  auth: 'device',
  summary: 'Ask the phone for older messages',
  description: `They come when the phone is on: \`history.sync\` with the type ON_DEMAND tells it, and the messages are listed in their chats. Without \`chat_jid\`, the ${mostChats} chats with the newest messages are asked for.`,
  needs: { history: unansweredAbility('history') },
  body: z.object({
    count: z
      .int()
      .max(500)
      .default(standardCount)
      .describe(`Messages of each chat; ${standardCount} for 0 and less. WhatsApp suggests 50 at most.`),
    chat_jid: ChatAddress.optional(),
    last_msg_id: MessageId.optional().describe(
      'Older ones than this message of the chat; than the oldest that is stored when absent',
    ),
  }),
  response: z.object({
    requested: z.boolean().describe('`false`: no message is stored before which others could be'),
    count: z.int(),
    chats: z.int().describe('How many chats the phone was asked for'),
    note: z.string().meta({ examples: ['The phone was asked. history.sync tells when it answers.'] }),
  }),
  errors: ['message_not_found', 'invalid_jid', 'invalid_phone'],
  async run({ history, messages, chatList, principal }, { body }) {
    const { deviceId } = principal
    const count = body.count > 0 ? body.count : standardCount
    const named = body.chat_jid === undefined ? undefined : await messages.resolveChat(deviceId, body.chat_jid)
    const listed = named === undefined ? (await chatList.list(deviceId, { limit: mostChats })).chats : []
    const chats = named === undefined ? listed.map(({ address }) => address.jid) : [named]
    let asked = 0
    for (const chat of chats) {
      const oldest =
        body.last_msg_id === undefined
          ? (await messages.list(deviceId, { chat, limit: 1, from: fromTheFirst })).messages[0]
          : (await messages.get(deviceId, body.last_msg_id, chat))?.message
      if (!oldest && named !== undefined) throw new AppError('message_not_found')
      if (!oldest) continue
      const at = oldest.sentAt ?? oldest.createdAt
      await history.requestOlder(chat, { id: oldest.id, fromMe: oldest.fromMe, at }, count)
      asked += 1
    }
    const note =
      asked > 0 ? 'The phone was asked. history.sync tells when it answers.' : 'No chat has a stored message.'
    return { requested: asked > 0, count, chats: asked, note }
  },
})
