import { type ColumnDefinitionBuilder, sql } from 'kysely'
import type { Migration } from './migration.ts'

const zero = (column: ColumnDefinitionBuilder) => column.notNull().defaultTo(0)

const housekeeping = sql`('reaction', 'edit', 'revoke', 'poll_vote', 'protocol')`

/** The chats in which something was said before there was a table of them. */
export const fillChats = sql`insert into chat
    (device_id, jid, last_message_id, last_message_at, unread, created_at, updated_at)
  select said.device_id, said.chat,
    (select newest.id from message newest
      where newest.device_id = said.device_id and newest.chat = said.chat and newest.type not in ${housekeeping}
      order by newest.sent_at desc, newest.created_at desc, newest.id desc limit 1),
    max(said.sent_at),
    sum(case when said.from_me = 0 and said.state = 'received' and said.source <> 'history' then 1 else 0 end),
    min(said.created_at), max(said.updated_at)
  from message said where said.type not in ${housekeeping} group by said.device_id, said.chat`

/** One row a chat, as a list of chats shows it. What was said so far fills it. */
export const chats: Migration = {
  number: 4,
  name: 'chats',
  async up(schema, { text, long }) {
    await schema.schema
      .createTable('chat')
      .addColumn('device_id', text, (column) => column.notNull().references('device.id').onDelete('cascade'))
      .addColumn('jid', text, (column) => column.notNull())
      .addColumn('name', text)
      .addColumn('last_message_id', text)
      .addColumn('last_message_at', long, zero)
      .addColumn('unread', 'integer', zero)
      .addColumn('marked_unread', 'integer', zero)
      .addColumn('expiry_seconds', 'integer')
      .addColumn('expiry_set_at', long)
      .addColumn('archived', 'integer', zero)
      .addColumn('pinned_at', long)
      .addColumn('muted_until', long)
      .addColumn('labels', text, (column) => column.notNull().defaultTo('[]'))
      .addColumn('created_at', long, (column) => column.notNull())
      .addColumn('updated_at', long, (column) => column.notNull())
      .addPrimaryKeyConstraint('chat_key', ['device_id', 'jid'])
      .execute()
    await schema.schema
      .createIndex('chat_by_time')
      .on('chat')
      .columns(['device_id', 'last_message_at', 'jid'])
      .execute()
    await fillChats.execute(schema)
  },
}
