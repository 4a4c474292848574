import type { MessageType } from '@switchboard/engine'
import type { Message } from '../generated/messages.ts'
import * as business from './business.ts'
import * as calls from './call.ts'
import * as clients from './client.ts'
import * as comments from './comment.ts'
import * as contacts from './contact.ts'
import type { ContentKind, MessageField } from './content-kind.ts'
import * as edits from './edit.ts'
import * as events from './event.ts'
import * as invites from './invite.ts'
import * as keeps from './keep.ts'
import * as locations from './location.ts'
import * as media from './media.ts'
import * as payments from './payment.ts'
import * as pins from './pin.ts'
import * as polls from './poll.ts'
import * as votes from './poll-vote.ts'
import * as protocols from './protocol.ts'
import * as reactions from './reaction.ts'
import * as revokes from './revoke.ts'
import * as statuses from './status.ts'
import * as texts from './text.ts'
import * as timers from './timer.ts'

/** The modules that make kinds; every kind that they export counts. */
const modules: readonly Readonly<Record<string, unknown>>[] = [
  ...[texts, media, locations, contacts, polls, votes, events, reactions, comments, invites, business, payments],
  ...[statuses, calls, clients, pins, keeps, edits, revokes, timers, protocols],
]

const isKind = (value: unknown): value is ContentKind =>
  typeof value === 'object' && value !== null && 'fields' in value && 'describe' in value

export const kinds: readonly ContentKind[] = modules.flatMap((module) => Object.values(module).filter(isKind))

// What holds every message of a field comes last.
const byParticularity = [...kinds.filter(({ holds }) => holds), ...kinds.filter(({ holds }) => !holds)]
const byField = new Map<string, ContentKind[]>()
for (const kind of byParticularity) {
  for (const field of kind.fields) byField.set(field, [...(byField.get(field) ?? []), kind])
}

const composers = new Map<MessageType, ContentKind>()
for (const kind of kinds) if (kind.compose) composers.set(kind.type, kind)

/** What a message without wrappers is, and the field that says so. */
export interface Found {
  readonly kind: ContentKind
  readonly field: MessageField
  readonly value: NonNullable<Message[MessageField]>
}

export function findKind(message: Message): Found | undefined {
  for (const name in message) {
    const field = name as MessageField
    const value = message[field]
    if (value === undefined) continue
    const kind = byField.get(field)?.find(({ holds }) => !holds || holds(value as never))
    if (kind) return { kind, field, value }
  }
  return undefined
}

export const composerOf = (type: MessageType): ContentKind | undefined => composers.get(type)
