import { sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import { prepare } from './prepare.ts'
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

  constructor(database: Database) {
    this.#database = database
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

  /** What is known of messages of one chat. @param chats its addresses */
  async find(deviceId: string, chats: readonly string[], messageIds: readonly string[]): Promise<ReceiptRow[]> {
    const inSlices = slices(messageIds).map((ids) =>
      this.#database.query
        .selectFrom('message_receipt')
        .selectAll()
        .where('device_id', '=', deviceId)
        .where('chat', 'in', chats)
        .where('message_id', 'in', ids)
        .execute(),
    )
    return (await Promise.all(inSlices)).flat()
  }
}

/** Files the receipts of one chat under another address of it. */
export function moveReceipts({ query }: Database, deviceId: string, lid: string, jid: string): Statement[] {
  const earlier = (column: string) => {
    const [ours, theirs] = [sql.ref(`message_receipt.${column}`), sql.ref(`excluded.${column}`)]
    return sql`${sql.ref(column)} = coalesce(${ours}, ${theirs})`
  }
  const move = sql`insert into message_receipt (device_id, chat, message_id, person, delivered_at, read_at, played_at)
    select device_id, ${jid}, message_id, case when person = ${lid} then ${jid} else person end,
      min(delivered_at), min(read_at), min(played_at)
    from message_receipt where device_id = ${deviceId} and chat = ${lid}
    group by 1, 3, 4
    on conflict (device_id, chat, message_id, person) do update set
      ${earlier('delivered_at')}, ${earlier('read_at')}, ${earlier('played_at')}`
  const forget = query.deleteFrom('message_receipt').where('device_id', '=', deviceId).where('chat', '=', lid)
  return [{ query: move.compile(query) }, { query: forget.compile() }]
}
