import { sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import { type FormerAddresses, joinFormer } from './former-addresses.ts'
import { prepare, prepareWithLists } from './prepare.ts'
import type { MessageReceiptTable } from './schema.ts'
import { slices } from './slices.ts'

/** How far a message came with one person. */
export type ReceiptState = 'delivered' | 'read' | 'played'

export type ReceiptRow = MessageReceiptTable

export interface NewReceipt {
  readonly deviceId: string
  readonly chat: string
  readonly messageId: string
  /** Address without a companion number. */
  readonly person: string
  /** WhatsApp's time, Unix ms. */
  readonly at: number
}

type Values = Record<keyof NewReceipt, unknown>

/** The `message_receipt` table. It may know more than the messages: receipts may come before the message that they are for. */
export class ReceiptStore {
  readonly #database: Database
  readonly #note: Readonly<Record<ReceiptState, (values: Values) => Statement['query']>>
  readonly #find: (
    values: { deviceId: string },
    lists: { chats: readonly string[]; ids: readonly string[] },
  ) => Statement['query']

  constructor(database: Database) {
    this.#database = database
    this.#find = prepareWithLists(database.query, (value, list) =>
      database.query
        .selectFrom('message_receipt')
        .selectAll()
        .where('device_id', '=', value('deviceId'))
        .where('chat', 'in', list('chats'))
        .where('message_id', 'in', list('ids')),
    )
    const note = (state: ReceiptState) => {
      const column = sql.ref(`${state}_at`)
      return prepare<Values>(
        database.query,
        (value) => sql`insert into message_receipt (device_id, chat, message_id, person, ${column})
          values (${value('deviceId')}, ${value('chat')}, ${value('messageId')}, ${value('person')}, ${value('at')})
          on conflict (device_id, chat, message_id, person)
          do update set ${column} = coalesce(message_receipt.${column}, excluded.${column})`,
      )
    }
    this.#note = { delivered: note('delivered'), read: note('read'), played: note('played') }
  }

  /** Notes that a message reached a state with somebody; the first time stands. */
  note(state: ReceiptState, receipt: NewReceipt): Statement {
    return { query: this.#note[state]({ ...receipt }) }
  }

  /** What is known of messages. @param chats addresses of their chats */
  async find(deviceId: string, chats: readonly string[], messageIds: readonly string[]): Promise<ReceiptRow[]> {
    const inSlices = slices(messageIds).flatMap((ids) =>
      slices(chats).map((some) =>
        this.#database.query.executeQuery<ReceiptRow>(this.#find({ deviceId }, { chats: some, ids })),
      ),
    )
    return (await Promise.all(inSlices)).flatMap(({ rows }) => rows)
  }
}

/** Files receipts of chats under the addresses that count in their place. */
export function moveReceipts(
  { query }: Database,
  deviceId: string,
  chats: readonly string[],
  former: FormerAddresses,
): Statement[] {
  const earlier = (column: string) => {
    const [ours, theirs] = [sql.ref(`message_receipt.${column}`), sql.ref(`excluded.${column}`)]
    return sql`${sql.ref(column)} = coalesce(${ours}, ${theirs})`
  }
  const move = sql`insert into message_receipt (device_id, chat, message_id, person, delivered_at, read_at, played_at)
    select r.device_id, k.jid, r.message_id, case when r.person = r.chat then k.jid else r.person end,
      min(r.delivered_at), min(r.read_at), min(r.played_at)
    from message_receipt r ${joinFormer(former, 'r.device_id', 'r.chat')}
    where r.device_id = ${deviceId} and r.chat in (${sql.join(chats)})
    group by 1, 2, 3, 4
    on conflict (device_id, chat, message_id, person) do update set
      ${earlier('delivered_at')}, ${earlier('read_at')}, ${earlier('played_at')}`
  const forget = query.deleteFrom('message_receipt').where('device_id', '=', deviceId).where('chat', 'in', chats)
  return [{ query: move.compile(query) }, { query: forget.compile() }]
}
