import { isGroupJid, type MessageType, type OutgoingContent } from '@switchboard/engine'
import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import type { ErrorCode } from '../errors/catalogue.ts'
import { refusedField } from '../errors/refused-field.ts'
import type { SendRequest, SendResult, StoredMessage } from '../messages/messages.ts'
import { messageRefusals } from '../messages/refusals.ts'
import { ChatAddress } from '../schemas/chat-address.ts'
import { MessageId } from '../schemas/message-id.ts'
import { person } from '../schemas/person.ts'
import { checkSendAt, Mentions, SendAt, sendOptions } from '../schemas/send-options.ts'
import { heldFor, knownTime, SentMessage, sentFlags } from '../schemas/sent-message.ts'
import type { DevicePrincipal } from '../tenants/principals.ts'
import type { Context } from './context.ts'
import { Accepted, defineOperation, type Given, type Operation } from './define-operation.ts'
import { paramsOf } from './needs.ts'

/** How long a request waits for WhatsApp before it answers 202, unless it says so itself. */
const standardWaitSeconds = 20

/** What every send may answer. */
export const sendErrors = [
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

export const described = { description, idempotent: true, mayTakeLonger: true, refusals: messageRefusals } as const

/** Fields of every send to a chat. */
export const ofAnyContent = {
  reply_to_message_id: MessageId.optional().describe('Message to quote'),
  mentions: Mentions.optional(),
  send_at: SendAt.optional(),
  ...sendOptions,
}

/** How a request says where a message goes, and what it answers. */
interface Place {
  readonly params: z.ZodObject
  /** Fields that come with those of the content. */
  readonly fields: z.ZodRawShape
  /** @param said parameters and fields together */
  about(said: Readonly<Record<string, string | undefined>>): {
    readonly chat: string
    readonly quotedId: string | undefined
  }
}

const chatOfPath: Place = {
  params: z.object({ chat_jid: ChatAddress }),
  fields: ofAnyContent,
  about: ({ chat_jid, reply_to_message_id }) => ({ chat: chat_jid!, quotedId: reply_to_message_id }),
}

const messageOfPath: Place = {
  params: z.object({ message_id: MessageId }),
  fields: { chat_jid: ChatAddress, mentions: ofAnyContent.mentions, send_at: ofAnyContent.send_at, ...sendOptions },
  about: ({ chat_jid, message_id }) => ({ chat: chat_jid!, quotedId: message_id }),
}

const chatOfBody: Place = {
  params: z.object({ message_id: MessageId }),
  fields: ofAnyContent,
  about: ({ to_chat_jid, reply_to_message_id }) => ({ chat: to_chat_jid!, quotedId: reply_to_message_id }),
}

export interface SendOptions {
  readonly typing_simulation?: boolean | undefined
  readonly presence_simulation?: boolean | undefined
  readonly mentions?: readonly string[] | 'all' | undefined
  readonly send_at?: number | undefined
  readonly album_id?: string | undefined
  readonly group_status?: boolean | undefined
  readonly wait?: number | undefined
}

type Caller = Context<DevicePrincipal>

/** States of a send that has not ended. */
const goesOn: ReadonlySet<string> = new Set([
  'scheduled',
  'queued',
  'sending',
  'unknown',
] satisfies SendResult['state'][])

/** 200 for a send that has ended, 202 for one that has not. */
export const answerIn = <Data>(state: SendResult['state'], data: Data): Data | Accepted<Data> =>
  goesOn.has(state) ? new Accepted(data) : data

function answer({ messageId, state, createdAt, sentAt, chat, view, waits }: SendResult) {
  if (state === 'failed') throw new Error('a send that failed is an error, not an answer')
  const times = { timestamp: createdAt, created_at: createdAt, sent_at: sentAt }
  const scheduled = state === 'scheduled' && waits && { send_at: knownTime(waits.until), reason: heldFor(waits) }
  const data = {
    message_id: messageId,
    status: state,
    ...times,
    ...scheduled,
    ...sentFlags(view),
    ...person('chat_jid', chat),
  }
  return answerIn(state, data)
}

/** The stored message to quote: one of that chat, or of a group in the chat with its author. @throws AppError message_not_found */
async function quotedBy({ messages, principal }: Caller, id: string | undefined, chat: string) {
  if (id === undefined) return undefined
  const quoted = await messages.quotable(principal.deviceId, id, chat)
  if (!quoted) throw new AppError('message_not_found')
  return quoted
}

/** An own album of the chat. @throws AppError message_not_found */
async function albumIn({ messages, principal }: Caller, id: string | undefined, chat: string) {
  if (id === undefined) return undefined
  const { type, fromMe } = await messages.changeable(principal.deviceId, id, chat)
  if (type !== 'album' || !fromMe) throw new AppError('message_not_found', 'The chat has no album of this id')
  return id
}

/** Sends content of any kind with what its request says of every kind, and waits for the outcome as long as a request may.
 *  @param quotedId the stored message that it answers
 *  @throws AppError one of {@link sendErrors}, and what making the content throws */
export async function sendWith(
  context: Caller,
  {
    chat: named,
    quotedId,
    options,
  }: { readonly chat: string; readonly quotedId?: string | undefined; options: SendOptions },
  content: SendRequest['content'],
) {
  const { approvals, messages, principal, messageId } = context
  const sendAt = checkSendAt(options.send_at, context.clock.now())
  const { typing_simulation: typing, presence_simulation: presence, wait = standardWaitSeconds } = options
  // Names change hands: from here on it is the person that counts.
  const whom = (who: string) => (who.startsWith('@') ? messages.reachChat(principal.deviceId, who) : who)
  const chat = await whom(named)
  const mentions = Array.isArray(options.mentions)
    ? await Promise.all((options.mentions as readonly string[]).map(whom))
    : options.mentions
  if (options.group_status && !isGroupJid(chat)) {
    throw refusedField('body.group_status', 'only a group has a status of its own')
  }
  const quoted = await quotedBy(context, quotedId, chat)
  const sent = await approvals.send(principal, {
    deviceId: principal.deviceId,
    chat,
    content,
    context: {
      ...{ quoted, mentions, album: await albumIn(context, options.album_id, chat) },
      groupStatus: options.group_status || undefined,
    },
    messageId,
    waitMs: wait * 1000,
    sendAt,
    ...(typing !== undefined && { typingSimulation: typing }),
    ...(presence !== undefined && { presenceSimulation: presence }),
  })
  return answer(sent)
}

/** One way of sending a message: its path, its fields, and what they mean as content. */
interface SendAct<Body extends z.ZodObject> {
  readonly path: string
  readonly summary: string
  readonly description?: string
  /** Schema of the message in the path, where only some come into question. */
  readonly id?: typeof MessageId
  /** Fields of this kind of content. The answered message, mentions and pacing come with them. */
  readonly body: Body
  readonly errors?: readonly ErrorCode[]
  /** @param messageId of the path, where it has one */
  content(body: Given<Body>, context: Caller, messageId: string): OutgoingContent | Promise<OutgoingContent>
}

const sending =
  ({ params, fields, about }: Place) =>
  <Body extends z.ZodObject>(given: SendAct<Body>): Operation => {
    const { content, id, ...named } = given
    return defineOperation({
      ...described,
      ...named,
      method: 'POST',
      auth: 'device',
      params: id ? params.extend({ message_id: id }) : params,
      body: (given.body as z.ZodObject).safeExtend(fields).meta(given.body.meta() ?? {}),
      response: SentMessage,
      errors: [...sendErrors, ...(given.errors ?? [])],
      run(context, input) {
        const place = about({ ...input.body, ...input.params } as Record<string, string>)
        return sendWith(context, { ...place, options: input.body as SendOptions }, () =>
          content(input.body as Given<Body>, context, input.params['message_id'] as string),
        )
      },
    })
  }

/** Sends a message to the chat of the path. */
export const sendAct = sending(chatOfPath)

/** Answers the message of the path, in the chat that the body names. */
export const replyAct = sending(messageOfPath)

/** Makes a message of the one of the path and sends it to the chat that its body names as `to_chat_jid`. */
export const forwardAct = sending(chatOfBody)

/** Something that is done to a stored message by sending another one. */
interface ChangeAct<Body extends z.ZodObject> {
  readonly method: 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly summary: string
  readonly description?: string
  /** Schema of the id, where only some messages come into question. */
  readonly id?: typeof MessageId
  /** Of which type it must be, and what it is when it is not there. */
  readonly only?: { readonly type: MessageType; readonly missing: ErrorCode }
  readonly body: Body
  readonly errors?: readonly ErrorCode[]
  /** @throws AppError for what cannot be done to this message */
  content(message: StoredMessage, body: Given<Body>, context: Caller): OutgoingContent | Promise<OutgoingContent>
}

const changeErrors = [...sendErrors.filter((code) => code !== 'message_not_found'), 'message_not_suitable'] as const

const changeDescription =
  'The change is a message of its own: the answer has its id and state, and 202 when it takes longer than `wait` seconds (20). Nobody types before it. With an `Idempotency-Key`, repeating the request never sends twice.'

/** Changes the message of the path, which is one of the chat that the body names. */
export const changeAct = <Body extends z.ZodObject>(given: ChangeAct<Body>): Operation => {
  const { content, id = MessageId, only, ...named } = given
  const chat_jid = ChatAddress.describe('Chat of the message')
  const [param = 'message_id'] = paramsOf(given.path)
  const missing = only?.missing ?? 'message_not_found'
  return defineOperation({
    ...described,
    description: changeDescription,
    ...named,
    auth: 'device',
    params: z.object({ [param]: id }),
    body: z.object({ chat_jid, ...given.body.shape, wait: sendOptions.wait }),
    response: SentMessage,
    errors: [...changeErrors, missing, ...(given.errors ?? [])],
    async run(context, { params, body }) {
      const { chat_jid: named } = body as { chat_jid: string }
      const { deviceId } = context.principal
      const message = await context.messages
        .changeable(deviceId, (params as Record<string, string>)[param]!, named)
        .catch((error) => {
          throw error instanceof AppError && error.code === 'message_not_found' ? new AppError(missing) : error
        })
      if (only && message.type !== only.type) throw new AppError(missing)
      const options = { ...(body as SendOptions), typing_simulation: false, presence_simulation: false }
      return sendWith(context, { chat: message.chat.jid, options }, () =>
        content(message, body as Given<Body>, context),
      )
    },
  })
}
