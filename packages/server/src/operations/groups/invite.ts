import { z } from 'zod'
import { groupAct } from '../../kit/presets.ts'
import { answerIn } from '../../kit/send-act.ts'
import { messageIdOf } from '../../messages/message-id-of.ts'
import { blockable } from '../../people/resolve-people.ts'
import { PersonAddress } from '../../schemas/chat-address.ts'
import { GivenInstant } from '../../schemas/given-instant.ts'
import { person, personFields } from '../../schemas/person.ts'
import { MessageText } from '../../schemas/send-options.ts'
import { words } from '../../schemas/text.ts'

const waitMs = 20_000

export default groupAct({
  method: 'POST',
  path: '/groups/{group_jid}/invitations',
  summary: 'Send somebody the invitation that WhatsApp gave for them',
  description:
    'For a person who could not be added: `invitation` in the result of `POST /groups` or `POST /groups/{group_jid}/participants`. It is sent as a message, which only that person can accept. Answers 202 when WhatsApp does not take it over within 20 seconds; it is still sent.',
  body: z.object({
    user: PersonAddress,
    code: words(100).meta({ examples: ['Gh5kQ2vX8pLm'] }),
    expires_at: GivenInstant,
    text: MessageText.optional()
      .describe('Words that go with it')
      .meta({ examples: ['Will you join us?'] }),
  }),
  response: z.object({
    ...personFields('user', 'Who was invited'),
    message_id: z.string().describe('Of the message with the invitation'),
    status: z.string().meta({ description: 'State of that message', examples: ['sent'] }),
  }),
  act: { repeatable: true },
  mayTakeLonger: true,
  errors: ['invalid_phone', 'not_on_whatsapp'],
  async run(context, { user, code, expires_at: expiresAt, text }) {
    const { groups, group, messages, principal, act } = context
    const who = await blockable(context, user)
    const { name } = await groups.info(group)
    const sent = await messages.send({
      ...{ deviceId: principal.deviceId, chat: who.jid, messageId: messageIdOf(act.token), waitMs },
      content: { type: 'group_invite', group, name, code, expiresAt, ...(text !== undefined && { text }) },
      ...{ typingSimulation: false, presenceSimulation: false },
    })
    const data = { ...person('user', who), message_id: sent.messageId, status: sent.state }
    return answerIn(sent.state, data)
  },
})
