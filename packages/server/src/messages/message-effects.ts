import type { Logger } from '@switchboard/engine'
import type { ChatTimers } from '../chats/chat-timers.ts'
import type { Effect, MediaEffect, MessageEffect, SafetyEffect } from '../inbound/effect.ts'
import type { Governor } from '../limits/governor.ts'
import type { Media } from '../media/media.ts'
import type { SendObserver } from '../observe/observer.ts'
import type { AutoRead } from './auto-read.ts'
import type { OwnChanges } from './own-changes.ts'
import type { Waiters } from './waiters.ts'

/** Of another domain. */
export type OtherEffect = Exclude<Effect, MessageEffect | MediaEffect | SafetyEffect>

interface EffectParts {
  readonly autoRead: AutoRead
  readonly governor: Pick<Governor, 'said' | 'safety'>
  readonly changes: OwnChanges
  readonly media: Pick<Media, 'effect'>
  readonly timers: ChatTimers
  readonly waiters: Waiters
  readonly logger: Logger
  readonly observer: SendObserver
  readonly logFailure: (deviceId: string, error: unknown) => void
  readonly otherEffect: ((deviceId: string, effect: OtherEffect) => void) | undefined
}

/** Does what became possible when an item that came in was durable. */
export const createEffects = (parts: EffectParts): ((deviceId: string, effect: Effect) => void) => {
  const { autoRead, governor, changes, media, timers, waiters, logger, observer, logFailure, otherEffect } = parts
  return (deviceId, effect) => {
    if (effect.kind === 'message_stored') {
      const { chat, from_me } = effect.message.row
      governor.said(deviceId, chat, from_me === 1).catch((error) => logFailure(deviceId, error))
      return autoRead.stored(deviceId, effect.message)
    }
    if (effect.kind === 'change_forbidden') {
      const { id, view } = effect.item
      return logger.warn(
        { device: deviceId, message: id, type: view.type },
        'a change of a message of somebody else came',
      )
    }
    if (effect.kind === 'media_due' || effect.kind === 'media_retried') return media.effect(deviceId, effect)
    if (effect.kind === 'sends_delivered') return governor.safety.delivered(deviceId, effect.sentAt)
    if (effect.kind === 'account_limited') {
      return void governor.safety.limited(deviceId, effect).catch((error) => logFailure(deviceId, error))
    }
    if (effect.kind === 'timer_set') return timers.forget(deviceId, effect.chat)
    if (effect.kind !== 'sends_proven') return otherEffect?.(deviceId, effect)
    for (const id of effect.messageIds) {
      observer.ended({ device: deviceId, message: id, outcome: 'sent', reason: 'proven by a receipt' })
      // Who waits for the answer may look at once at what the send changed.
      changes
        .proven(deviceId, id, effect.at)
        .catch((error) => logFailure(deviceId, error))
        .finally(() => waiters.settle(deviceId, id, { state: 'sent', at: effect.at }))
    }
  }
}
