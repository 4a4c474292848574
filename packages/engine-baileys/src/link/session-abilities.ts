import { type Abilities, EngineError, SendError } from '@switchboard/engine'
import type { WASocket } from 'baileys'
import { contactsAbility } from '../abilities/contacts-ability.ts'
import { chatAddress, markRead } from '../abilities/mark-read.ts'
import type { SendQueue } from '../outbound/send-queue.ts'
import { setPassive } from './log-in.ts'
import type { OwnPresence } from './own-presence.ts'
import type { SessionContext } from './session-context.ts'

interface Parts {
  readonly context: SessionContext
  readonly sock: WASocket
  readonly sends: SendQueue
  readonly presence: OwnPresence
  readonly isOpen: () => boolean
}

/** What a session of this engine can do. Every call needs an open session. */
export function sessionAbilities({ context, sock, sends, presence, isOpen }: Parts): Abilities {
  const whenOpen = <T>(act: () => Promise<T>, refuse = notConnected): Promise<T> =>
    isOpen() ? act() : Promise.reject(refuse())
  return {
    messaging: {
      send: (message) => whenOpen(() => sends.send(message), notSent),
      markRead: (receipt) => whenOpen(async () => markRead(receipt, await hidesReadReceipts(sock), context)),
    },
    presence: {
      setAvailable: (available) => whenOpen(() => presence.setAvailable(available, sock)),
      setChatState: (chat, state) =>
        whenOpen(async () => sock.sendPresenceUpdate(state, await chatAddress(chat, context))),
      subscribe: (jid) => whenOpen(async () => sock.presenceSubscribe(await chatAddress(jid, context))),
    },
    contacts: { registrations: (phones) => whenOpen(() => contactsAbility(context.wire).registrations(phones)) },
    passive: { setPassive: (passive) => whenOpen(() => setPassive(passive, context)) },
  }
}

const notConnected = (): Error => new EngineError('not_connected', 'the session is not open')
const notSent = (): Error => new SendError('not_sent', 'the session is not open')

// Asked once for each connection. Without an answer nothing is revealed.
async function hidesReadReceipts(sock: WASocket): Promise<boolean> {
  const settings = await sock.fetchPrivacySettings().catch(() => undefined)
  return settings?.['readreceipts'] !== 'all'
}
