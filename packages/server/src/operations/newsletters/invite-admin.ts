import { z } from 'zod'
import { adminInvitationRefusals, channelRefusals } from '../../channels/refusals.ts'
import { channelAct } from '../../kit/presets.ts'
import { answerIn } from '../../kit/send-act.ts'
import { messageIdOf } from '../../messages/message-id-of.ts'
import { blockable } from '../../people/resolve-people.ts'
import { PersonAddress } from '../../schemas/chat-address.ts'
import { Instant } from '../../schemas/instant.ts'
import { person, personFields } from '../../schemas/person.ts'
import { MessageText } from '../../schemas/send-options.ts'

const waitMs = 20_000

export default channelAct({
  method: 'POST',
  path: '/newsletters/{jid}/admin-invitations',
  summary: 'Invite a follower of an own channel to help run it',
  description:
    'The invitation is a message to that person. Answers 202 when WhatsApp does not take it over within 20 seconds; it is still sent.',
  body: z.object({
    user: PersonAddress,
    text: MessageText.optional()
      .describe('Words that go with it')
      .meta({ examples: ['Will you help me?'] }),
  }),
  response: z.object({
    ...personFields('user', 'Who was invited'),
    expires_at: Instant.describe('Until when the invitation can be accepted'),
    message_id: z.string().describe('Of the message with the invitation'),
    status: z.string().meta({ description: 'State of that message', examples: ['sent'] }),
  }),
  act: { repeatable: true },
  mayTakeLonger: true,
  refusals: { ...channelRefusals, 409: adminInvitationRefusals[409] },
  errors: ['invalid_phone', 'not_on_whatsapp'],
  async run(context, { user, text }) {
    const { channels, channel, messages, principal, act } = context
    const who = await blockable(context, user)
    const { name } = await channels.info(channel)
    const expiresAt = await channels.inviteAdmin(channel, who)
    const sent = await messages.send({
      ...{ deviceId: principal.deviceId, chat: who.jid, messageId: messageIdOf(act.token), waitMs },
      content: { type: 'newsletter_admin_invite', channel, name, expiresAt, ...(text !== undefined && { text }) },
      ...{ typingSimulation: false, presenceSimulation: false },
    })
    const { messageId, state } = sent
    const data = { ...person('user', who), expires_at: expiresAt, message_id: messageId, status: state }
    return answerIn(state, data)
  },
})
