import { bareJid, type ComposeContext, type Engine, EngineError, type OutgoingContent } from '@switchboard/engine'
import type { Clock } from '../clock.ts'
import { AppError } from '../errors/app-error.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Database } from '../storage/database.ts'
import type { Intent, IntentStore } from '../storage/intent-store.ts'
import type { MessageStore, NewMessageRow } from '../storage/message-store.ts'
import type { SendRequest } from './messages.ts'
import type { Pacing, PacingOverrides } from './pacing.ts'

interface AcceptParts {
  readonly database: Database
  readonly engine: Engine
  readonly sessions: Sessions
  readonly messages: MessageStore
  readonly intents: IntentStore
  readonly pacing: Pacing
  readonly clock: Clock
}

/** With so few sends before it, an unpaced one is as good as on its way: it is stored as prepared at once, which saves a commit. */
const shortLane = 16

/** Thrown out of a unit: this message id is there already. */
class Known extends Error {}

/** Makes a send durable: its message row and its intent in one unit. The function resolves to the intent, or to undefined when the chat has the message
 *  already. @throws AppError invalid_request */
export function createAcceptSend(parts: AcceptParts) {
  const { database, engine, sessions, messages, intents, pacing, clock } = parts
  const lastAccepted = new Map<string, number>()

  /** The time now, or a millisecond after the last send of the device: after a restart the time is all that tells their order. */
  const nextInstant = (deviceId: string): number => {
    const now = Math.max(clock.now(), (lastAccepted.get(deviceId) ?? 0) + 1)
    lastAccepted.set(deviceId, now)
    return now
  }

  const rowOf = (intent: Intent): NewMessageRow => {
    const view = engine.describe(intent.body)
    return {
      device_id: intent.device_id,
      chat: intent.chat,
      id: intent.message_id,
      sender: bareJid(sessions.account(intent.device_id)?.jid ?? ''),
      from_me: 1,
      type: view.type,
      text: view.text ?? null,
      quoted_id: view.quoted?.id ?? null,
      push_name: null,
      body: intent.body,
      state: intent.state === 'prepared' ? 'sending' : 'queued',
      state_reason: null,
      source: 'sent',
      // As coarse as WhatsApp's own times, so that a chat sorts by arrival within a second.
      sent_at: Math.floor(intent.created_at / 1000) * 1000,
    }
  }

  return async (request: SendRequest, chat: string, messageId: string): Promise<Intent | undefined> => {
    const { deviceId } = request
    const overrides = overridesOf(request)
    const atOnce = pacing.isInstant(overrides) && sessions.lane(deviceId).size < shortLane
    const now = nextInstant(deviceId)
    const body = composed(engine, request.content, { ...request.context, now })
    const intent: Intent = {
      device_id: deviceId,
      message_id: messageId,
      chat,
      body,
      state: atOnce ? 'prepared' : 'queued',
      options: JSON.stringify(overrides),
      not_before: now,
      created_at: now,
      prepared_at: atOnce ? now : null,
    }
    const unit = [
      ...sessions.fence(deviceId),
      messages.insert(rowOf(intent), now, () => new Known()),
      intents.insert(intent),
      messages.note({ deviceId, messageId, state: 'queued', actor: '', reason: null, at: now }),
    ]
    try {
      await database.commit(unit, { lane: deviceId })
      return intent
    } catch (error) {
      if (error instanceof Known) return undefined
      throw error
    }
  }
}

const overridesOf = ({ typingSimulation, presenceSimulation }: SendRequest): PacingOverrides => ({
  ...(typingSimulation !== undefined && { typing: typingSimulation }),
  ...(presenceSimulation !== undefined && { presence: presenceSimulation }),
})

function composed(engine: Engine, content: OutgoingContent, context: ComposeContext): Uint8Array {
  try {
    return engine.compose(content, context)
  } catch (error) {
    if (error instanceof EngineError && error.code === 'invalid_argument') {
      throw new AppError('invalid_request', error.message, { cause: error })
    }
    throw error
  }
}
