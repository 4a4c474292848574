import type { Tool } from './define-tool.ts'
import { downloadMedia } from './tools/download-media.ts'
import { getContact } from './tools/get-contact.ts'
import { getMessageStatus } from './tools/get-message-status.ts'
import { getMessages } from './tools/get-messages.ts'
import { listChats } from './tools/list-chats.ts'
import { listGroups } from './tools/list-groups.ts'
import { markRead } from './tools/mark-read.ts'
import { react } from './tools/react.ts'
import { searchMessages } from './tools/search-messages.ts'
import { sendMedia } from './tools/send-media.ts'
import { sendMessage } from './tools/send-message.ts'

/** The tools of the MCP endpoint, those that read first. */
export const tools: readonly Tool[] = [
  ...[listChats, getMessages, searchMessages, getContact, listGroups, downloadMedia, getMessageStatus],
  ...[sendMessage, sendMedia, react, markRead],
]
