import type { OutgoingContent } from '@switchboard/engine'
import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import type { ErrorCode } from '../errors/catalogue.ts'
import type { SendResult } from '../messages/messages.ts'
import { messageRefusals } from '../messages/refusals.ts'
import { ChatAddress } from '../schemas/chat-address.ts'
import { MessageId } from '../schemas/message-id.ts'
import { person } from '../schemas/person.ts'
import { sendOptions } from '../schemas/send-options.ts'
import { SentMessage } from '../schemas/sent-message.ts'
import type { DevicePrincipal } from '../tenants/principals.ts'
import type { Context } from './context.ts'
import { Accepted, defineOperation, type Given, type Operation } from './define-operation.ts'
import { paramsOf } from './needs.ts'

/** How long a request waits for WhatsApp before it answers 202, unless it says so itself. */
const standardWaitSeconds = 20

const errors = [
  'invalid_jid',
  'invalid_phone',
  'message_not_found',
  'device_not_connected',
  'device_not_linked',
  'not_on_whatsapp',
  'unsupported',
  'whatsapp_rate_limited',
  'whatsapp_error',
] as const satisfies readonly ErrorCode[]

const description =
  'Answers 200 when WhatsApp took the message over, and 202 when that takes longer than `wait` seconds (20): the message is still sent, and `GET /messages/{message_id}` shows how it ends. A linked device need not be connected: what is sent while it connects, for instance after a restart of the server, leaves in order once it has, within a day. By default the device first shows typing, so that a send takes 1 to 3 seconds and one device sends about 30 messages a minute; `typing_simulation: false` switches that off. With an `Idempotency-Key`, repeating the request never sends twice.'

const toChatOfPath = {
  params: z.object({ chat_jid: ChatAddress }),
  fields: { reply_to_message_id: MessageId.optional().describe('Message to quote'), ...sendOptions },
}
const answeringMessageOfPath = {
  params: z.object({ message_id: MessageId }),
  fields: { chat_jid: ChatAddress, ...sendOptions },
}

/** What one of the two says, and the other does not. */
interface Address {
  readonly chat_jid?: string
  readonly message_id?: string
  readonly reply_to_message_id?: string | undefined
}

interface Options {
  readonly typing_simulation?: boolean | undefined
  readonly presence_simulation?: boolean | undefined
  readonly wait?: number | undefined
}

type Caller = Context<DevicePrincipal>

/** One way of sending a message: its path, its fields, and what they mean as content. */
interface SendAct<Body extends z.ZodObject> {
  readonly path: string
  readonly summary: string
  readonly description?: string
  /** Fields of this kind of content. The answered message and the pacing come beside them. */
  readonly body: Body
  content(body: Given<Body>, context: Caller): OutgoingContent | Promise<OutgoingContent>
}

/** A send that has ended is 200, one that goes on is 202. */
function answer({ messageId, state, createdAt, sentAt, chat }: SendResult) {
  if (state === 'failed') throw new Error('a send that failed is an error, not an answer')
  const times = { timestamp: createdAt, created_at: createdAt, sent_at: sentAt }
  const data = { message_id: messageId, status: state, ...times, ...person('chat_jid', chat) }
  return state === 'queued' || state === 'sending' || state === 'unknown' ? new Accepted(data) : data
}

/** The stored message to quote: one of that chat, or of a group in the chat with its author. @throws AppError message_not_found */
async function quotedBy({ messages, principal }: Caller, id: string | undefined, chat: string) {
  if (id === undefined) return {}
  const quoted = await messages.quotable(principal.deviceId, id, chat)
  if (!quoted) throw new AppError('message_not_found')
  return { context: { quoted } }
}

/** Sends a message to the chat of the path, or of `chat_jid` in the body where the path names the message to answer. Waits for the outcome as long as a request may. */
export const sendAct = <Body extends z.ZodObject>(given: SendAct<Body>): Operation => {
  const { content, ...named } = given
  const inPath = paramsOf(given.path).includes('chat_jid')
  const { params, fields }: { params: z.ZodObject; fields: z.ZodRawShape } = inPath
    ? toChatOfPath
    : answeringMessageOfPath
  return defineOperation({
    description,
    ...named,
    method: 'POST',
    auth: 'device',
    params,
    body: (given.body as z.ZodObject).safeExtend(fields),
    response: SentMessage,
    idempotent: true,
    mayTakeLonger: true,
    refusals: messageRefusals,
    errors,
    async run(context, input) {
      const { chat_jid: chat, message_id, reply_to_message_id }: Address = { ...input.body, ...input.params }
      const {
        typing_simulation: typing,
        presence_simulation: presence,
        wait = standardWaitSeconds,
      }: Options = input.body
      const { messages, principal, messageId } = context
      const quoted = await quotedBy(context, message_id ?? reply_to_message_id, chat!)
      const sent = await messages.send({
        deviceId: principal.deviceId,
        chat: chat!,
        content: await content(input.body as Given<Body>, context),
        ...quoted,
        messageId,
        waitMs: wait * 1000,
        ...(typing !== undefined && { typingSimulation: typing }),
        ...(presence !== undefined && { presenceSimulation: presence }),
      })
      return answer(sent)
    },
  })
}
