import { SendError } from '@switchboard/engine'
import { defineAbility } from '../define-ability.ts'
import { markRead } from './mark-read.ts'

export const messaging = defineAbility(
  'messaging',
  { send: ({ sends }, message) => sends.send(message), markRead },
  { send: () => new SendError('not_sent', 'the session is not open') },
)
