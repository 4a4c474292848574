import type { Engine, InboundMessage, OpenedSeal } from '@switchboard/engine'
import { bothAddresses, type DeviceContext, type EventSource } from '../events/event-source.ts'
import { sealedParties } from '../inbound/sealed-parties.ts'
import { withPeople } from '../inbound/with-people.ts'
import { formsOf } from '../people/addresses.ts'
import { outdated } from '../sessions/plan-outdated.ts'
import type { Database, Statement } from '../storage/database.ts'
import type { MarkRow, MarkStore } from '../storage/mark-store.ts'
import type { MessageStore, NewMessageRow } from '../storage/message-store.ts'
import type { MessageTable } from '../storage/schema.ts'
import { changeOf, isPerson, markOf, planChange } from './change.ts'

type SealEngine = Pick<Engine, 'openSealed' | 'describe'>

const sealedTypes: ReadonlySet<string> = new Set([
  ...['encrypted_reaction', 'encrypted_comment', 'encrypted_change', 'event_response'],
])

/** Whether a message is sealed with the secret of the one that it is about. */
export const isSealed = ({ view }: InboundMessage): boolean => view.target !== undefined && sealedTypes.has(view.type)

/** A message that something is sealed about. */
export type SealTarget = Pick<MessageTable, 'id' | 'sender' | 'from_me' | 'body'>

/** The messages that sealed ones are about, as far as they are stored. */
export const sealTargets = (
  messages: MessageStore,
  deviceId: string,
  sealed: readonly InboundMessage[],
): Promise<MessageTable[]> =>
  messages.at(
    deviceId,
    sealed.flatMap(({ chat, view }) => formsOf(chat).map((jid) => ({ chat: jid, id: view.target!.id }))),
  )

/** What a sealed message says; undefined when it is not sealed with the secret of that message. Pure. */
export const openSeal = (
  engine: SealEngine,
  device: DeviceContext,
  item: InboundMessage,
  target: SealTarget,
): OpenedSeal | undefined =>
  target.body ? engine.openSealed(item.message, target.body, sealedParties(device, item, target)) : undefined

/** Says that a sealed message waits for the one that it is about. Each waits by itself: its id stands where other marks have a person. */
export const waitingMark = (deviceId: string, { id, chat, at, view }: InboundMessage): MarkRow => ({
  device_id: deviceId,
  ...{ chat: chat.jid, message_id: view.target!.id, kind: 'sealed', sender: id, id, value: '', at },
})

/** Sealed messages that wait, and the device, which knows the people who wrote them. */
export interface Waiting {
  readonly rows: readonly MessageTable[]
  readonly device: DeviceContext
}

/** What waits for messages of which these marks are. */
export async function readWaiting(
  { database, messages }: { readonly database: Database; readonly messages: MessageStore },
  scene: { readonly deviceId: string; readonly device: DeviceContext },
  marks: readonly MarkRow[],
): Promise<Waiting> {
  const { deviceId, device } = scene
  const places = marks.filter(({ kind }) => kind === 'sealed')
  const rows = places.length > 0 ? await messages.at(deviceId, places) : []
  if (rows.length === 0) return { rows, device }
  const people = rows.map(({ sender }) => sender)
  return { rows, device: await withPeople(database, deviceId, device, people) }
}

interface LateScene {
  readonly deviceId: string
  readonly stores: { readonly messages: MessageStore; readonly marks: MarkStore; readonly engine: SealEngine }
}

interface Unsealed {
  /** The message with what was sealed about it. */
  readonly body: Uint8Array | null
  readonly statements: readonly Statement[]
  readonly told: readonly EventSource[]
  /** What is known about the message in addition. */
  readonly marks: readonly MarkRow[]
}

/** Whether a message may give the one that it is about another content: only its author edits it. */
export const mayReplace = ({ view, sender }: InboundMessage, target: Pick<SealTarget, 'sender'>): boolean =>
  view.type !== 'edit' || isPerson(sender, target.sender)

/** Opens what waited for a message that comes now. What is opened raises the events of a message that comes now, under the
 *  id of the sealed one. Pure.
 *  @param row of that message. @param marks what else is known about it */
export function openWaiting(
  { deviceId, stores }: LateScene,
  { row, item }: { readonly row: NewMessageRow; readonly item: InboundMessage },
  { rows, device }: Waiting,
  marks: readonly MarkRow[],
): Unsealed {
  let { body } = row
  const before = marks.filter(({ message_id }) => message_id === row.id)
  const added: MarkRow[] = []
  const waiting = new Set(before.filter(({ kind }) => kind === 'sealed').map(({ id }) => id))
  const statements: Statement[] = []
  const told: EventSource[] = []
  for (const each of rows
    .filter(({ id }) => waiting.has(id))
    .toSorted((one, other) => Number(one.sent_at) - Number(other.sent_at))) {
    statements.push(stores.marks.drop(deviceId, row.chat, row.id, { kinds: ['sealed'], sender: each.id }))
    const came = storedItem(stores.engine, device, item, each)
    const opened = came && openSeal(stores.engine, device, came, { ...row, body })
    if (!opened) continue
    const late = { ...came, view: opened.view }
    const change = changeOf(device, late)
    const { messages, marks } = stores
    const known = [...before, ...added]
    const planned = change && planChange(change, late, { deviceId, messages, marks, target: row, known, outdated })
    const counts = !planned || planned.outcome === 'advances'
    statements.push(stores.messages.unseal(deviceId, each, counts ? opened.view : { type: opened.view.type }))
    if (!counts) continue
    body = opened.changed ?? body
    if (change) added.push(markOf(deviceId, change, late))
    statements.push(...(planned?.statements ?? []))
    // The past raises no events of single messages.
    if (each.source !== 'history') told.push(...(planned?.told ?? [late]))
  }
  return { body, statements, told, marks: added }
}

/** A stored message as it came. */
function storedItem(
  engine: SealEngine,
  device: DeviceContext,
  { chat, offline }: InboundMessage,
  { id, sender, from_me, sent_at, body }: MessageTable,
): InboundMessage | undefined {
  if (!body) return undefined
  return {
    ...{ kind: 'message', id, chat, sender: bothAddresses(device, sender), fromMe: from_me === 1 },
    ...{ at: Number(sent_at), offline, message: body, view: engine.describe(body) },
  }
}
