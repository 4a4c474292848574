import { EventResponseMessage } from '../../wire/proto/index.ts'
import type { ContentKind, MessageWish } from './content-kind.ts'
import { innerMessage } from './inner-message.ts'
import { authorName, authorOf, entryOf, keyOf } from './message-keys.ts'
import { sealWithSecret } from './message-secret.ts'
import { openAbout } from './open-about.ts'
import { secretOf } from './poll.ts'

/** Values of `EventResponseMessage.response`. Seen in: whatsmeow WAWebProtobufsE2E.proto. */
const responses = ['unknown', 'going', 'not_going', 'maybe'] as const

export interface EventResponseWish extends MessageWish {
  readonly response: 'going' | 'not_going' | 'maybe'
  readonly extra_guests?: number
}

/** An answer to an event, sealed with the event's secret. Seen in two clients (whatsmeow msgsecret.go, zapo addon-crypto.ts). */
export const eventResponse: ContentKind<EventResponseWish> = {
  name: 'event_response',
  compose: (scene, { message, response, extra_guests }) => {
    const { ctx, addressing } = scene
    const entry = entryOf(scene, message)
    const event = innerMessage(entry.message).eventMessage
    const secret = secretOf(entry.message)
    if (!event || !secret) throw new Error(`${message} is not an event with a secret`)
    if (extra_guests && !event.extraGuestsAllowed) throw new Error(`the event ${message} allows no extra guests`)
    const parties = { id: entry.id, author: authorOf(ctx, entry), by: ctx.account }
    const plaintext = EventResponseMessage.encode({
      ...{ response: responses.indexOf(response), timestampMs: ctx.world.clock.now() },
      ...(extra_guests ? { extraGuestCount: extra_guests } : {}),
    })
    const named = { author: entry.addressing, by: addressing }
    const sealed = sealWithSecret('Event Response', secret, parties, named, plaintext)
    return { encEventResponseMessage: { targetMessageKey: keyOf(scene, entry), ...sealed } }
  },
  read: ({ encEventResponseMessage: it }) =>
    it && { kind: 'event_response', ...(it.targetMessageKey?.id ? { targetId: it.targetMessageKey.id } : {}) },
  apply: (ctx, entry, { encEventResponseMessage: it }) => {
    const found = openAbout(ctx, entry, it, { use: 'Event Response', kind: 'event_response' })
    if (!found) return
    const { target, opened } = found
    const { response = 0, extraGuestCount = 0 } = EventResponseMessage.decode(opened)
    const answer = { response: responses[response] ?? 'unknown', extra_guests: extraGuestCount }
    target.eventResponses = { ...target.eventResponses, [authorName(ctx, entry)]: answer }
    ctx.chats.touch(target)
  },
}
