import { SendError, statusJid } from '@switchboard/engine'
import { defineAbility } from '../define-ability.ts'
import { markRead } from './mark-read.ts'

export const messaging = defineAbility(
  'messaging',
  { send: ({ sends, posts }, message) => (message.chat === statusJid ? posts : sends).send(message), markRead },
  { send: () => new SendError('not_sent', 'the session is not open') },
)
