import { isGroupJid } from '@switchboard/engine'
import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { groupRefusals } from '../../groups/refusals.ts'
import { ability } from '../../kit/needs.ts'
import { chatAct } from '../../kit/presets.ts'
import { Timer } from '../../schemas/timer.ts'

const waitMs = 20_000

export default chatAct({
  method: 'PATCH',
  path: '/chats/{chat_jid}/disappearing-timer',
  summary: 'How long messages of a chat stay',
  description:
    'In a chat of two it is a message that both see: after `whatsapp_timeout` it may still be sent; of a group it is a setting.',
  needs: { groups: ability('groups') },
  refusals: groupRefusals,
  body: z.object({ timer: Timer }),
  errors: ['not_on_whatsapp', 'message_refused', 'unsupported'],
  async run({ groups, messages, principal, chat }, { timer }) {
    if (isGroupJid(chat)) return groups.set(chat, { name: 'ephemeral', value: timer })
    const { state } = await messages.send({
      ...{ deviceId: principal.deviceId, chat, content: { type: 'timer', seconds: timer }, waitMs },
      ...{ typingSimulation: false, presenceSimulation: false },
    })
    // It is sent later.
    if (['queued', 'sending', 'unknown'].includes(state)) throw new AppError('whatsapp_timeout')
    return undefined
  },
})
