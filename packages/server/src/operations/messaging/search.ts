import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { limit as pageLimit } from '../../schemas/limit.ts'
import { Message } from '../../schemas/message.ts'
import { ChatListCursor, chatListCursor } from '../../schemas/page-cursor.ts'
import { words } from '../../schemas/text.ts'
import { messageView } from './views.ts'

/** Chats that one request looks into. */
const chatsAtOnce = 50
/** Messages of one chat in an answer: a chat that says a word all the time must not hide the others. */
const mostOfChat = 20
/** Characters of the texts of an answer. */
const mostCharacters = 1024 * 1024

export default defineOperation({
  method: 'GET',
  path: '/search/messages',
  auth: 'device',
  summary: 'Find messages of all chats by their text',
  description: `Looks into ${chatsAtOnce} chats at a time, those with the newest messages first, and in each at its newest 1,000 messages; a chat gives at most ${mostOfChat} of them, newest first. A page ends with the chat in which \`limit\` is reached. To find everything in one chat, ask \`GET /chats/{chat_jid}/messages?search=…\`.`,
  query: z.object({
    search: words(200)
      .describe('These characters are in the text, in capitals or not')
      .meta({ examples: ['invoice'] }),
    limit: pageLimit(20, 100),
    cursor: ChatListCursor.optional().meta({ description: '`next_cursor` of the page before.' }),
  }),
  response: z.object({
    messages: z.array(Message),
    next_cursor: z
      .string()
      .optional()
      .meta({ description: 'Where the next page begins, also of one without messages; absent on the last.' }),
  }),
  async run({ chatList, messages, principal, baseUrl }, { query: { search, limit, cursor } }) {
    const { deviceId } = principal
    const page = await chatList.places(deviceId, { limit: chatsAtOnce, ...(cursor && { after: cursor }) })
    const found: z.input<typeof Message>[] = []
    let { next } = page
    let characters = 0
    for (const place of page.places) {
      const ofChat = await messages.search(deviceId, place.jid, search, mostOfChat)
      found.push(...ofChat.map((message) => messageView(message, baseUrl)))
      characters += ofChat.reduce((sum, { text }) => sum + (text?.length ?? 0), 0)
      if (found.length < limit && characters < mostCharacters) continue
      if (place !== page.places.at(-1)) next = place
      break
    }
    return { messages: found, ...(next && { next_cursor: chatListCursor(next) }) }
  },
})
