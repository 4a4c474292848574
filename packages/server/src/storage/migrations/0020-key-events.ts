import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely'
import type { Schema } from '../schema.ts'
import type { ColumnTypes } from './column-types.ts'
import type { Migration } from './migration.ts'

const required = (column: ColumnDefinitionBuilder) => column.notNull()
const zero = (column: ColumnDefinitionBuilder) => column.notNull().defaultTo(0)

/** A webhook belongs to a device or to an API key. SQLite cannot take NOT NULL from a column, so that `device_id` is made anew. */
async function giveWebhooksScopes(database: Kysely<Schema>, { text, long }: ColumnTypes) {
  const { schema } = database
  await schema
    .alterTable('webhook')
    .addColumn('scope', text, (column) => column.notNull().defaultTo(''))
    .execute()
  await sql`update webhook set scope = device_id`.execute(database)
  await schema.dropIndex('webhook_by_device').execute()
  await schema.alterTable('webhook').dropColumn('device_id').execute()
  await schema
    .alterTable('webhook')
    .addColumn('device_id', text, (column) => column.references('device.id').onDelete('cascade'))
    .execute()
  await sql`update webhook set device_id = scope`.execute(database)
  await schema
    .alterTable('webhook')
    .addColumn('api_key_id', long, (column) => column.references('api_key.id').onDelete('cascade'))
    .execute()
  for (const column of ['scope', 'device_id', 'api_key_id'] as const) {
    await schema.createIndex(`webhook_by_${column}`).on('webhook').column(column).execute()
  }
}

/** Numbers of one device alone are in order: a webhook of an API key has deliveries of many. */
async function orderDeliveriesByDevice({ schema }: Kysely<Schema>) {
  const inOrder: ('webhook_id' | 'device_id' | 'seq')[] = ['webhook_id', 'device_id', 'seq']
  await schema.dropIndex('delivery_in_order').execute()
  await schema.dropIndex('delivery_pending').execute()
  await schema.createIndex('delivery_in_order').on('delivery').columns(inOrder).execute()
  await schema
    .createIndex('delivery_pending')
    .on('delivery')
    .columns(inOrder)
    .where(sql.ref('state'), '=', sql.lit('pending'))
    .execute()
}

async function createKeyLogs({ schema }: Kysely<Schema>, { text, long, withoutRowid }: ColumnTypes) {
  await schema
    .createTable('key_log')
    .addColumn('api_key_id', long, (column) => column.primaryKey().references('api_key.id').onDelete('cascade'))
    .addColumn('last', long, zero)
    .addColumn('pruned_to', long, zero)
    .execute()
  await schema
    .createTable('key_log_run')
    .addColumn('api_key_id', long, (column) => column.notNull().references('api_key.id').onDelete('cascade'))
    .addColumn('first_position', long, required)
    .addColumn('device_id', text, (column) => column.notNull().references('device.id').onDelete('cascade'))
    .addColumn('first_seq', long, required)
    .addColumn('last_seq', long, required)
    .addPrimaryKeyConstraint('key_log_run_key', ['api_key_id', 'first_position'])
    .modifyEnd(withoutRowid)
    .execute()
  await schema.createIndex('key_log_run_by_device').on('key_log_run').columns(['device_id', 'first_seq']).execute()
  await schema
    .createTable('key_log_device')
    .addColumn('device_id', text, (column) => column.primaryKey().references('device.id').onDelete('cascade'))
    .addColumn('numbered_to', long, required)
    .modifyEnd(withoutRowid)
    .execute()
}

/** Webhooks of API keys, and one event log for all devices of a key. */
export const keyEvents: Migration = {
  number: 20,
  name: 'key-events',
  async up(database, types) {
    await database.schema.alterTable('api_key').addColumn('data_key_sealed', types.bytes).execute()
    await giveWebhooksScopes(database, types)
    await orderDeliveriesByDevice(database)
    await createKeyLogs(database, types)
  },
}
