import { defineAbility } from '../define-ability.ts'
import { markChatRead } from './mark-chat-read.ts'

export const chatSettings = defineAbility('chatSettings', { markRead: markChatRead })
