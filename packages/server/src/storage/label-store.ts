import { sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import { type FormerAddresses, joinFormer } from './former-addresses.ts'
import type { LabelTable } from './schema.ts'
import { slices } from './slices.ts'

export interface Label {
  readonly id: string
  readonly name: string
  readonly color: number
}

/** Where a message with a label is. */
export interface LabeledMessage {
  readonly chat: string
  readonly id: string
}

const inOrder = (one: string, other: string): number => (one < other ? -1 : Number(one > other))

const labelOf = ({ id, name, color }: LabelTable): Label => ({ id, name, color })

/** The tables `label`, `labeled_chat` and `labeled_message`. */
export class LabelStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  save(deviceId: string, { id, name, color }: Label, now: number): Statement {
    const values = { name, color, deleted: 0 as const, updated_at: now }
    return this.#put({ ...values, device_id: deviceId, id })
  }

  /** Its id stays taken: on a phone, what had the label would have the next one with that id. */
  delete(deviceId: string, { id, name, color }: Label, now: number): Statement[] {
    const { query } = this.#database
    const gone = (['labeled_chat', 'labeled_message'] as const).map((table) =>
      query.deleteFrom(table).where('device_id', '=', deviceId).where('label_id', '=', id).compile(),
    )
    const deleted = this.#put({ device_id: deviceId, id, name, color, deleted: 1, updated_at: now })
    return [deleted, ...gone.map((compiled) => ({ query: compiled }))]
  }

  #put(row: LabelTable): Statement {
    const sealed = this.#database.content.sealed('label', row)
    const { device_id: _, id: __, ...values } = sealed
    const insert = this.#database.query
      .insertInto('label')
      .values(sealed)
      .onConflict((conflict) => conflict.columns(['device_id', 'id']).doUpdateSet(values))
    return { query: insert.compile() }
  }

  setOnChat(deviceId: string, labelId: string, chat: string, labeled: boolean): Statement {
    const { query } = this.#database
    const row = { device_id: deviceId, label_id: labelId, chat }
    const change = labeled
      ? query
          .insertInto('labeled_chat')
          .values(row)
          .onConflict((conflict) => conflict.doNothing())
      : query
          .deleteFrom('labeled_chat')
          .where('device_id', '=', deviceId)
          .where('label_id', '=', labelId)
          .where('chat', '=', chat)
    return { query: change.compile() }
  }

  setOnMessage(deviceId: string, labelId: string, chat: string, messageId: string, labeled: boolean): Statement {
    const { query } = this.#database
    const row = { device_id: deviceId, label_id: labelId, chat, message_id: messageId }
    const change = labeled
      ? query
          .insertInto('labeled_message')
          .values(row)
          .onConflict((conflict) => conflict.doNothing())
      : query
          .deleteFrom('labeled_message')
          .where('device_id', '=', deviceId)
          .where('label_id', '=', labelId)
          .where('chat', '=', chat)
          .where('message_id', '=', messageId)
    return { query: change.compile() }
  }

  /** Forgets all labels: a full list comes from the beginning. */
  clear(deviceId: string): Statement[] {
    return (['label', 'labeled_chat', 'labeled_message'] as const).map((table) => ({
      query: this.#database.query.deleteFrom(table).where('device_id', '=', deviceId).compile(),
    }))
  }

  /** Those that were not deleted, in the order of their names. */
  async list(deviceId: string): Promise<Label[]> {
    const rows = await this.#labels(deviceId).where('deleted', '=', 0).execute()
    const labels = (await this.#database.content.opened('label', rows)).map(labelOf)
    return labels.sort((one, other) => inOrder(one.name, other.name) || inOrder(one.id, other.id))
  }

  async find(deviceId: string, id: string): Promise<Label | undefined> {
    const row = await this.#labels(deviceId).where('deleted', '=', 0).where('id', '=', id).executeTakeFirst()
    await this.#database.content.openedOne('label', row)
    return row && labelOf(row)
  }

  /** Ids that are taken, deleted ones too. */
  async ids(deviceId: string): Promise<string[]> {
    const rows = await this.#labels(deviceId).execute()
    return rows.map(({ id }) => id)
  }

  /** Ids of the labels of each of these chats, in their order. */
  async ofChats(deviceId: string, chats: readonly string[]): Promise<Map<string, string[]>> {
    const inSlices = slices(chats).map((some) =>
      this.#database.query
        .selectFrom('labeled_chat')
        .leftJoin('label', (join) =>
          join.onRef('label.device_id', '=', 'labeled_chat.device_id').onRef('label.id', '=', 'labeled_chat.label_id'),
        )
        .select(['chat', 'label_id'])
        .where('labeled_chat.device_id', '=', deviceId)
        .where('chat', 'in', some)
        .where((where) => where.or([where('deleted', 'is', null), where('deleted', '=', 0)]))
        .orderBy('label_id')
        .execute(),
    )
    const byChat = Map.groupBy((await Promise.all(inSlices)).flat(), ({ chat }) => chat)
    return new Map([...byChat].map(([chat, rows]) => [chat, rows.map(({ label_id }) => label_id)]))
  }

  /** Chats with a label, in the order of their addresses. */
  async chats(
    deviceId: string,
    labelId: string,
    { after, limit }: { after?: string; limit: number },
  ): Promise<string[]> {
    let query = this.#database.query
      .selectFrom('labeled_chat')
      .select('chat')
      .where('device_id', '=', deviceId)
      .where('label_id', '=', labelId)
    if (after !== undefined) query = query.where('chat', '>', after)
    const rows = await query.orderBy('chat').limit(limit).execute()
    return rows.map(({ chat }) => chat)
  }

  /** Messages with a label, in the order of their chats' addresses. */
  async messages(
    deviceId: string,
    labelId: string,
    { after, limit }: { after?: LabeledMessage; limit: number },
  ): Promise<LabeledMessage[]> {
    let query = this.#database.query
      .selectFrom('labeled_message')
      .select(['chat', 'message_id'])
      .where('device_id', '=', deviceId)
      .where('label_id', '=', labelId)
    if (after) {
      const { chat, id } = after
      query = query.where((on) =>
        on.or([on('chat', '>', chat), on.and([on('chat', '=', chat), on('message_id', '>', id)])]),
      )
    }
    const rows = await query.orderBy('chat').orderBy('message_id').limit(limit).execute()
    return rows.map(({ chat, message_id: id }) => ({ chat, id }))
  }

  #labels(deviceId: string) {
    return this.#database.query.selectFrom('label').selectAll().where('device_id', '=', deviceId)
  }
}

/** Files labels of chats under the addresses that count in place of theirs. */
export function moveLabels(
  { query }: Database,
  deviceId: string,
  chats: readonly string[],
  former: FormerAddresses,
): Statement[] {
  return (['labeled_chat', 'labeled_message'] as const).flatMap((table) => {
    const own = table === 'labeled_message' ? sql`, message_id` : sql``
    const move = sql`insert into ${sql.table(table)} (device_id, label_id, chat${own})
      select l.device_id, l.label_id, k.jid${own} from ${sql.table(table)} l ${joinFormer(former, 'l.device_id', 'l.chat')}
      where l.device_id = ${deviceId} and l.chat in (${sql.join(chats)})
      on conflict do nothing`
    const forget = query.deleteFrom(table).where('device_id', '=', deviceId).where('chat', 'in', chats)
    return [{ query: move.compile(query) }, { query: forget.compile() }]
  })
}
