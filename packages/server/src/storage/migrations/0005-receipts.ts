import { type ColumnDefinitionBuilder, sql } from 'kysely'
import type { Migration } from './migration.ts'

const required = (column: ColumnDefinitionBuilder) => column.notNull()

/** The receipts that were noted as steps of their message before there was a table of them. */
export const receiptsOfSteps = [
  sql`insert into message_receipt (device_id, chat, message_id, person, delivered_at, read_at, played_at)
    select s.device_id, m.chat, s.message_id, s.actor,
      min(case when s.state = 'delivered' then s.at end),
      min(case when s.state = 'read' then s.at end),
      min(case when s.state = 'played' then s.at end)
    from message_state s join message m on m.device_id = s.device_id and m.id = s.message_id
    where s.actor <> '' group by s.device_id, m.chat, s.message_id, s.actor`,
  sql`delete from message_state where actor <> ''`,
]

/** How far a message came with each person, so that a receipt is recognised when it comes again. */
export const receipts: Migration = {
  number: 5,
  name: 'receipts',
  async up(schema, { text, long, withoutRowid }) {
    await schema.schema
      .createTable('message_receipt')
      .addColumn('device_id', text, (column) => column.notNull().references('device.id').onDelete('cascade'))
      .addColumn('chat', text, required)
      .addColumn('message_id', text, required)
      .addColumn('person', text, required)
      .addColumn('delivered_at', long)
      .addColumn('read_at', long)
      .addColumn('played_at', long)
      .addPrimaryKeyConstraint('message_receipt_key', ['device_id', 'chat', 'message_id', 'person'])
      .modifyEnd(withoutRowid)
      .execute()
    for (const statement of receiptsOfSteps) await statement.execute(schema)
  },
}
