import { defineAbility } from '../define-ability.ts'
import { archive, clear, deleteChat, deleteForMe, markRead, mute, pin, star } from './chat-settings.ts'

export const chatSettings = defineAbility('chatSettings', {
  ...{ archive, clear, deleteChat, deleteForMe, markRead, mute, pin, star },
})
