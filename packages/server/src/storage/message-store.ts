import { sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import { MessageReads } from './message-reads.ts'
import { type Step, stepLine } from './message-steps.ts'
import { prepare, prepareRows } from './prepare.ts'
import type { MessageTable } from './schema.ts'

export type NewMessageRow = Omit<MessageTable, 'steps' | 'created_at' | 'updated_at'>

/** States that a later one may replace: receipts and acknowledgements may come late and in any order, and never take anything back. */
const replaceable: Record<string, readonly string[]> = {
  sending: ['queued'],
  sent: ['queued', 'sending', 'unknown'],
  delivered: ['queued', 'sending', 'sent', 'unknown', 'failed', 'expired'],
  read: ['queued', 'sending', 'sent', 'delivered', 'unknown', 'failed', 'expired', 'received'],
  played: ['queued', 'sending', 'sent', 'delivered', 'read', 'unknown', 'failed', 'expired', 'received'],
  queued: ['sending', 'scheduled'],
  // One that WhatsApp refused may wait until it takes it.
  scheduled: ['queued', 'sending'],
  failed: ['queued', 'sending', 'scheduled'],
  unknown: ['queued', 'sending'],
  expired: ['queued'],
  cancelled: ['queued', 'scheduled'],
}

/** Whether a message in one state may come to another. */
export const mayBecome = (state: string, from: string): boolean => replaceable[state]?.includes(from) ?? false

export interface MessageStep extends Step {
  readonly deviceId: string
  readonly messageId: string
}

/** A message, and what its row notes of its steps: nothing when `line` is empty. */
type StepValues = Record<'deviceId' | 'messageId' | 'line', unknown>
type MoveValues = Record<'chat' | 'from' | 'to' | 'at', unknown> & StepValues
type DateValues = Record<'deviceId' | 'messageId' | 'sentAt' | 'now', unknown>
type AdvanceValues = Record<'reason' | 'at', unknown> & StepValues

const noted = (line: never) => sql`steps = coalesce(steps, '') || ${line}`

const columns = [
  ...(['device_id', 'chat', 'id', 'sender', 'from_me', 'type', 'text', 'quoted_id', 'push_name', 'body'] as const),
  ...(['state', 'state_reason', 'source', 'listed', 'target_id', 'edited_at', 'deleted_at', 'deleted_by'] as const),
  ...(['steps', 'sent_at', 'created_at', 'updated_at'] as const),
]

/** The `message` table: what changes it. */
export class MessageStore extends MessageReads {
  readonly #database: Database
  readonly #insert: (values: Record<keyof NewMessageRow | 'steps' | 'at', unknown>) => Statement['query']
  readonly #insertHistory: (rows: readonly MessageTable[]) => Statement['query'][]
  readonly #note: (values: StepValues) => Statement['query']
  readonly #move: (values: MoveValues) => Statement['query']
  readonly #confirm: (values: DateValues & StepValues) => Statement['query']
  readonly #date: (values: DateValues) => Statement['query']
  readonly #advance: (state: string, values: AdvanceValues) => Statement['query']

  constructor(database: Database) {
    super(database)
    this.#database = database
    this.#insert = prepare<Record<keyof NewMessageRow | 'steps' | 'at', unknown>>(
      database.query,
      (value) => sql`insert into message (device_id, chat, id, sender, from_me, type, text, quoted_id, push_name, body,
          state, state_reason, source, listed, target_id, edited_at, deleted_at, deleted_by, steps, sent_at, created_at, updated_at)
        values (${value('device_id')}, ${value('chat')}, ${value('id')}, ${value('sender')}, ${value('from_me')},
          ${value('type')}, ${value('text')}, ${value('quoted_id')}, ${value('push_name')}, ${value('body')},
          ${value('state')}, ${value('state_reason')}, ${value('source')},
          ${value('listed')}, ${value('target_id')}, ${value('edited_at')}, ${value('deleted_at')}, ${value('deleted_by')},
          ${value('steps')}, ${value('sent_at')}, ${value('at')}, ${value('at')})
        on conflict (device_id, chat, id) do update set source = excluded.source, updated_at = excluded.updated_at,
          steps = coalesce(excluded.steps, message.steps)
        where message.source = 'history' and excluded.source <> 'history'`,
    )
    this.#insertHistory = prepareRows<MessageTable>(database.query, columns, (rows) =>
      database.query
        .insertInto('message')
        .values(rows)
        .onConflict((conflict) => conflict.columns(['device_id', 'chat', 'id']).doNothing()),
    )
    this.#note = prepare<StepValues>(
      database.query,
      (value) => sql`update message set ${noted(value('line'))}
        where device_id = ${value('deviceId')} and id = ${value('messageId')}`,
    )
    this.#move = prepare<MoveValues>(
      database.query,
      (value) => sql`update message set state = ${value('to')}, state_reason = null, updated_at = ${value('at')},
          ${noted(value('line'))}
        where device_id = ${value('deviceId')} and chat = ${value('chat')} and id = ${value('messageId')}
        and state = ${value('from')}`,
    )
    this.#confirm = prepare<DateValues & StepValues>(
      database.query,
      (value) => sql`update message set sent_at = ${value('sentAt')}, updated_at = ${value('now')}, state = 'sent',
          ${noted(value('line'))}
        where device_id = ${value('deviceId')} and id = ${value('messageId')} and from_me = 1
        and state in ('queued', 'sending', 'unknown')`,
    )
    this.#date = prepare<DateValues>(
      database.query,
      (value) => sql`update message set sent_at = ${value('sentAt')}, updated_at = ${value('now')}
        where device_id = ${value('deviceId')} and id = ${value('messageId')} and from_me = 1`,
    )
    const advances = new Map<string, (values: AdvanceValues) => Statement['query']>()
    this.#advance = (state, values) => {
      let advance = advances.get(state)
      if (!advance) {
        const lower = sql.join((replaceable[state] ?? []).map((each) => sql.lit(each)))
        advance = prepare<AdvanceValues>(
          database.query,
          (
            value,
          ) => sql`update message set state = ${sql.lit(state)}, state_reason = ${value('reason')}, updated_at = ${value('at')},
              ${noted(value('line'))}
            where device_id = ${value('deviceId')} and id = ${value('messageId')} and from_me = 1
            and state in (${lower})`,
        )
        advances.set(state, advance)
      }
      return advance(values)
    }
  }

  /** Adds a message. `exists` makes the error when the chat has it already; a copy from the phone's history is taken over, not doubled.
   *  @param first what was done about it first */
  insert(row: NewMessageRow, at: number, exists: () => Error, first?: Step): Statement {
    const sealed = this.#database.content.sealed('message', row)
    return { query: this.#insert({ ...sealed, steps: first ? stepLine(first) : null, at }), orElse: exists }
  }

  /** Adds messages of a chat from the phone's history, oldest first; those that are known stay as they are. */
  insertHistory(rows: readonly NewMessageRow[], at: number): Statement[] {
    // WhatsApp's times are whole seconds: within one, the order of what is stored tells the order.
    const stored = rows.map((row, place) => ({
      ...this.#database.content.sealed('message', row),
      created_at: at - (rows.length - 1 - place),
      updated_at: at,
      steps: null,
    }))
    return this.#insertHistory(stored).map((query) => ({ query }))
  }

  /** Moves an own message on and notes it in its history. A state that would take something back changes nothing, which `orElse` makes an error.
   *  @param noted false for a step that its history does not have */
  advance(
    step: MessageStep,
    { noted = true, orElse }: { readonly noted?: boolean; readonly orElse?: () => Error } = {},
  ): Statement {
    const { deviceId, messageId, state, reason, at } = step
    const query = this.#advance(state, { deviceId, messageId, reason, at, line: noted ? stepLine(step) : '' })
    return { query, ...(orElse && { orElse }) }
  }

  /** Moves a message on from the state that it was seen in. `orElse` makes the error when it is in another one by now. @param step noted in its history */
  move(
    change: {
      readonly deviceId: string
      readonly chat: string
      readonly messageId: string
      readonly from: string
      readonly to: string
      readonly at: number
    },
    orElse: () => Error,
    step?: Step,
  ): Statement {
    const { deviceId, chat, messageId, from, to, at } = change
    const line = step ? stepLine(step) : ''
    return { query: this.#move({ deviceId, chat, messageId, from, to, at, line }), orElse }
  }

  /** WhatsApp accepted an own message: WhatsApp's time is the message's time. `orElse` makes the error when it is known to have come further. */
  settleSent(deviceId: string, messageId: string, sentAt: number, now: number, orElse: () => Error): Statement {
    const line = stepLine({ state: 'sent', reason: null, at: now })
    return { query: this.#confirm({ deviceId, messageId, sentAt, now, line }), orElse }
  }

  /** Sets the time of a message that has not left. Nothing but a wish keeps it waiting. */
  dateWaiting(
    { device_id, chat, id, listed }: Pick<MessageTable, 'device_id' | 'chat' | 'id' | 'listed'>,
    at: number,
  ): Statement {
    const update = this.#database.query
      .updateTable('message')
      .set({ sent_at: at, listed, state_reason: null })
      .where('device_id', '=', device_id)
      .where('chat', '=', chat)
      .where('id', '=', id)
    return { query: update.compile() }
  }

  /** WhatsApp's time of an own message that is known to be sent. */
  dateSent(deviceId: string, messageId: string, sentAt: number, now: number): Statement {
    return { query: this.#date({ deviceId, messageId, sentAt, now }) }
  }

  /** Gives a message new words. */
  edit(deviceId: string, chat: string, messageId: string, edit: { text: string; at: number }): Statement {
    const update = this.#database.query
      .updateTable('message')
      .set({ text: this.#text(deviceId, messageId, edit.text), edited_at: edit.at })
      .where('device_id', '=', deviceId)
      .where('chat', '=', chat)
      .where('id', '=', messageId)
      .where('deleted_at', 'is', null)
    return { query: update.compile() }
  }

  /** Gives a message another content. `changed` makes the error when it is not what it was thought to be. */
  replace(
    deviceId: string,
    { chat, id, body }: Pick<MessageTable, 'chat' | 'id' | 'body'>,
    bytes: Uint8Array,
    changed: () => Error,
  ): Statement {
    const { content } = this.#database
    const update = this.#database.query
      .updateTable('message')
      .set({ body: this.#body(deviceId, id, bytes) })
      .where('device_id', '=', deviceId)
      .where('chat', '=', chat)
      .where('id', '=', id)
      .where('body', '=', body && content.asStored(body))
    return { query: update.compile(), orElse: changed }
  }

  /** Notes what a sealed message says. Of one that says nothing that counts, only that it came is kept. */
  unseal(
    deviceId: string,
    { chat, id }: Pick<MessageTable, 'chat' | 'id'>,
    { type, text }: { readonly type: string; readonly text?: string },
  ): Statement {
    const update = this.#database.query
      .updateTable('message')
      .set({ type, text: this.#text(deviceId, id, text ?? null) })
      .where('device_id', '=', deviceId)
      .where('chat', '=', chat)
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
    return { query: update.compile() }
  }

  /** Holds as long as a chat has no message of that id. `there` makes the error otherwise. */
  absent(deviceId: string, chat: string, messageId: string, there: () => Error): Statement {
    const found = this.#database.query
      .selectFrom('message')
      .select('id')
      .where('device_id', '=', deviceId)
      .where('chat', '=', chat)
      .where('id', '=', messageId)
    const query = sql`select 1 as free where not exists ${found}`
    return { query: query.compile(this.#database.query), orElse: there }
  }

  /** Puts the complete bytes of a send in the place of those that it was accepted with. */
  complete(deviceId: string, messageId: string, body: Uint8Array): Statement {
    const update = this.#database.query
      .updateTable('message')
      .set({ body: this.#body(deviceId, messageId, body) })
      .where('device_id', '=', deviceId)
      .where('id', '=', messageId)
      .where('source', '=', 'sent')
      .where('deleted_at', 'is', null)
    return { query: update.compile() }
  }

  /** Takes a message back: what it and its edits said is forgotten. */
  delete(deviceId: string, chat: string, messageId: string, how: { at: number; by: string }): Statement[] {
    const { query } = this.#database
    const forgotten = query
      .updateTable('message')
      .set({ text: null, body: null })
      .where('device_id', '=', deviceId)
      .where('chat', '=', chat)
    const edits = forgotten.where('target_id', '=', messageId).where('type', '=', 'edit')
    const itself = forgotten.set({ deleted_at: how.at, deleted_by: how.by }).where('id', '=', messageId)
    return [{ query: itself.compile() }, { query: edits.compile() }]
  }

  /** Takes messages away from the own devices: one, or all of a chat up to a moment. What they said is forgotten; that they came is kept, so that one
   *  that WhatsApp delivers again is known. */
  hide(
    deviceId: string,
    chat: string,
    which: { readonly id: string } | { readonly upTo: number; readonly keepStarred: boolean },
    at: number,
  ): Statement {
    let hidden = this.#database.query
      .updateTable('message')
      .set({ text: null, body: null, listed: 0, deleted_at: at, deleted_by: '' })
      .where('device_id', '=', deviceId)
      .where('chat', '=', chat)
    if ('id' in which) {
      const { id } = which
      hidden = hidden.where((where) =>
        where.or([where('id', '=', id), where.and([where('target_id', '=', id), where('type', '=', 'edit')])]),
      )
    } else {
      hidden = hidden.where('sent_at', '<=', which.upTo)
      if (which.keepStarred) {
        hidden = hidden.where(
          sql<boolean>`not exists (select 1 from message_mark starred where starred.device_id = message.device_id
            and starred.chat = message.chat and starred.message_id = message.id and starred.kind = 'star' and starred.value <> '')`,
        )
      }
    }
    return { query: hidden.compile() }
  }

  #text(deviceId: string, id: string, text: string | null): string | null {
    return this.#database.content.sealedValue('message', 'text', { device_id: deviceId, id }, text)
  }

  #body(deviceId: string, id: string, body: Uint8Array): Uint8Array {
    return this.#database.content.sealedValue('message', 'body', { device_id: deviceId, id }, body)
  }

  /** Notes a step in a message's history without moving it. */
  note(step: MessageStep): Statement {
    const { deviceId, messageId } = step
    return { query: this.#note({ deviceId, messageId, line: stepLine(step) }) }
  }
}
