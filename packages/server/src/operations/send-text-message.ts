import { AppError } from '../errors/app-error.ts'
import type { ErrorCode } from '../errors/catalogue.ts'
import type { DevicePrincipal } from '../tenants/principals.ts'
import type { Context } from './context.ts'
import { sendAnswer, sendWaitMs } from './send-answer.ts'

/** What can go wrong with every operation that sends a text. */
export const sendTextErrors = [
  'invalid_jid',
  'invalid_phone',
  'message_not_found',
  'device_not_connected',
  'device_not_linked',
  'not_on_whatsapp',
  'message_refused',
  'unsupported',
  'whatsapp_error',
] as const satisfies readonly ErrorCode[]

interface TextMessage {
  readonly chat: string
  readonly text: string
  /** Id of the message to quote. */
  readonly replyTo: string | undefined
  readonly options: {
    readonly typing_simulation?: boolean | undefined
    readonly presence_simulation?: boolean | undefined
  }
}

/** Sends a text, quoting what it answers, and waits for the outcome as long as a request may. @throws AppError */
export async function sendTextMessage(
  { messages, principal, messageId }: Context<DevicePrincipal>,
  { chat, text, replyTo, options }: TextMessage,
) {
  const { deviceId } = principal
  const quoted = replyTo === undefined ? undefined : await messages.quotable(deviceId, replyTo)
  if (replyTo !== undefined && !quoted) throw new AppError('message_not_found')
  const result = await messages.send({
    deviceId,
    chat,
    content: { type: 'text', text },
    ...(quoted && { context: { quoted } }),
    messageId,
    waitMs: sendWaitMs,
    ...(options.typing_simulation !== undefined && { typingSimulation: options.typing_simulation }),
    ...(options.presence_simulation !== undefined && { presenceSimulation: options.presence_simulation }),
  })
  return sendAnswer(result)
}
