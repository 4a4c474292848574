import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely'
import type { Schema } from '../schema.ts'
import type { ColumnTypes } from './column-types.ts'
import type { Migration } from './migration.ts'

const required = (column: ColumnDefinitionBuilder) => column.notNull()
const zero = (column: ColumnDefinitionBuilder) => column.notNull().defaultTo(0)
/** A device takes everything that is about it along when it is deleted. */
const ofDevice = (column: ColumnDefinitionBuilder) => column.notNull().references('device.id').onDelete('cascade')
const ofWebhook = (column: ColumnDefinitionBuilder) => column.notNull().references('webhook.id').onDelete('cascade')

async function createTenants(schema: Kysely<Schema>, { text, bytes, long, serial }: ColumnTypes): Promise<void> {
  await schema.schema
    .createTable('api_key')
    .addColumn('id', ...serial)
    .addColumn('key_hash', bytes, (column) => column.notNull().unique())
    .addColumn('key_prefix', text, required)
    .addColumn('key_suffix', text, required)
    .addColumn('customer_name', text, required)
    .addColumn('customer_email', text)
    .addColumn('customer_phone', text)
    .addColumn('max_devices', 'integer', required)
    .addColumn('rate_limit_per_hour', 'integer', zero)
    .addColumn('is_active', 'integer', required)
    .addColumn('created_at', long, required)
    .addColumn('updated_at', long, required)
    .execute()
  await schema.schema
    .createTable('device')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('api_key_id', long, (column) => column.notNull().references('api_key.id').onDelete('cascade'))
    .addColumn('name', text, required)
    .addColumn('secret_hash', bytes, required)
    .addColumn('token_version', 'integer', required)
    .addColumn('status', text, required)
    .addColumn('state', text, required)
    .addColumn('state_reason', text)
    .addColumn('banned_until', long)
    .addColumn('jid', text)
    .addColumn('lid', text)
    .addColumn('push_name', text)
    .addColumn('platform', text)
    .addColumn('business_name', text)
    .addColumn('proxy_url_sealed', bytes)
    .addColumn('passive', 'integer', zero)
    .addColumn('force_active_receipts', 'integer', zero)
    .addColumn('data_key_sealed', bytes, required)
    .addColumn('owner', text)
    .addColumn('epoch', long, zero)
    .addColumn('event_seq', long, zero)
    .addColumn('created_at', long, required)
    .addColumn('updated_at', long, required)
    .addColumn('last_active_at', long)
    .execute()
  await schema.schema.createIndex('device_by_key').on('device').columns(['api_key_id', 'created_at']).execute()
  await schema.schema.createIndex('device_by_age').on('device').columns(['created_at', 'id']).execute()
  await schema.schema
    .createTable('audit')
    .addColumn('id', ...serial)
    .addColumn('actor', text, required)
    .addColumn('action', text, required)
    .addColumn('target', text, required)
    .addColumn('at', long, required)
    .execute()
}

async function createSecrets(schema: Kysely<Schema>, { text, bytes, withoutRowid }: ColumnTypes): Promise<void> {
  await schema.schema
    .createTable('credential')
    .addColumn('device_id', text, ofDevice)
    .addColumn('kind', text, required)
    .addColumn('key', text, required)
    .addColumn('value', bytes, required)
    .addPrimaryKeyConstraint('credential_key', ['device_id', 'kind', 'key'])
    .modifyEnd(withoutRowid)
    .execute()
  await schema.schema
    .createTable('lid_mapping')
    .addColumn('device_id', text, ofDevice)
    .addColumn('lid', text, required)
    .addColumn('jid', text, required)
    .addPrimaryKeyConstraint('lid_mapping_key', ['device_id', 'lid'])
    .modifyEnd(withoutRowid)
    .execute()
  await schema.schema.createIndex('lid_mapping_by_jid').on('lid_mapping').columns(['device_id', 'jid']).execute()
}

async function createMessages(schema: Kysely<Schema>, { text, bytes, long }: ColumnTypes): Promise<void> {
  await schema.schema
    .createTable('message')
    .addColumn('device_id', text, ofDevice)
    .addColumn('chat', text, required)
    .addColumn('id', text, required)
    .addColumn('sender', text, required)
    .addColumn('from_me', 'integer', required)
    .addColumn('type', text, required)
    .addColumn('text', text)
    .addColumn('quoted_id', text)
    .addColumn('push_name', text)
    .addColumn('body', bytes)
    .addColumn('state', text, required)
    .addColumn('state_reason', text)
    .addColumn('source', text, required)
    .addColumn('sent_at', long, required)
    .addColumn('created_at', long, required)
    .addColumn('updated_at', long, required)
    .addPrimaryKeyConstraint('message_key', ['device_id', 'chat', 'id'])
    .execute()
  await schema.schema
    .createIndex('message_by_time')
    .on('message')
    .columns(['device_id', 'chat', 'sent_at', 'id'])
    .execute()
  await schema.schema.createIndex('message_by_id').on('message').columns(['device_id', 'id']).execute()
  await schema.schema
    .createTable('message_state')
    .addColumn('device_id', text, ofDevice)
    .addColumn('message_id', text, required)
    .addColumn('state', text, required)
    .addColumn('actor', text, required)
    .addColumn('reason', text)
    .addColumn('at', long, required)
    .execute()
  await schema.schema
    .createIndex('message_state_by_message')
    .on('message_state')
    .columns(['device_id', 'message_id', 'at'])
    .execute()
}

async function createSends(schema: Kysely<Schema>, { text, bytes, long }: ColumnTypes): Promise<void> {
  await schema.schema
    .createTable('send_intent')
    .addColumn('device_id', text, ofDevice)
    .addColumn('message_id', text, required)
    .addColumn('chat', text, required)
    .addColumn('body', bytes, required)
    .addColumn('state', text, required)
    .addColumn('options', text, required)
    .addColumn('not_before', long, required)
    .addColumn('created_at', long, required)
    .addColumn('prepared_at', long)
    .addPrimaryKeyConstraint('send_intent_key', ['device_id', 'message_id'])
    .execute()
  await schema.schema.createIndex('send_intent_by_age').on('send_intent').columns(['device_id', 'created_at']).execute()
  await schema.schema
    .createTable('idempotency')
    .addColumn('device_id', text, ofDevice)
    .addColumn('key', text, required)
    .addColumn('request_hash', bytes, required)
    .addColumn('message_id', text)
    .addColumn('status', 'integer', required)
    .addColumn('response', text)
    .addColumn('created_at', long, required)
    .addPrimaryKeyConstraint('idempotency_key', ['device_id', 'key'])
    .execute()
  await schema.schema.createIndex('idempotency_by_age').on('idempotency').column('created_at').execute()
  await schema.schema
    .createTable('deferred_work')
    .addColumn('device_id', text, ofDevice)
    .addColumn('id', text, required)
    .addColumn('kind', text, required)
    .addColumn('payload', bytes, required)
    .addColumn('created_at', long, required)
    .addPrimaryKeyConstraint('deferred_work_key', ['device_id', 'id'])
    .execute()
}

async function createEvents(schema: Kysely<Schema>, { text, long }: ColumnTypes): Promise<void> {
  await schema.schema
    .createTable('event')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('device_id', text, ofDevice)
    .addColumn('seq', long, required)
    .addColumn('type', text, required)
    .addColumn('payload', text, required)
    .addColumn('backfill', 'integer', zero)
    .addColumn('created_at', long, required)
    .addUniqueConstraint('event_in_order', ['device_id', 'seq'])
    .execute()
  await schema.schema.createIndex('event_by_age').on('event').column('created_at').execute()
}

async function createWebhooks(schema: Kysely<Schema>, types: ColumnTypes): Promise<void> {
  const { text, bytes, long, serial, withoutRowid } = types
  await schema.schema
    .createTable('webhook')
    .addColumn('id', ...serial)
    .addColumn('device_id', text, ofDevice)
    .addColumn('url', text, required)
    .addColumn('secret_sealed', bytes, required)
    .addColumn('previous_secret_sealed', bytes)
    .addColumn('previous_secret_until', long)
    .addColumn('all_events', 'integer', required)
    .addColumn('active', 'integer', required)
    .addColumn('disabled_reason', text)
    .addColumn('failing_since', long)
    .addColumn('created_at', long, required)
    .addColumn('updated_at', long, required)
    .execute()
  await schema.schema.createIndex('webhook_by_device').on('webhook').column('device_id').execute()
  await schema.schema
    .createTable('webhook_event')
    .addColumn('webhook_id', long, ofWebhook)
    .addColumn('event_type', text, required)
    .addPrimaryKeyConstraint('webhook_event_key', ['webhook_id', 'event_type'])
    .modifyEnd(withoutRowid)
    .execute()
}

async function createDeliveries(schema: Kysely<Schema>, { text, long, serial }: ColumnTypes): Promise<void> {
  await schema.schema
    .createTable('delivery')
    .addColumn('webhook_id', long, ofWebhook)
    .addColumn('event_id', text, required)
    .addColumn('device_id', text, required)
    .addColumn('seq', long, required)
    .addColumn('event_type', text, required)
    .addColumn('state', text, required)
    .addColumn('attempts', 'integer', zero)
    .addColumn('next_attempt_at', long, required)
    .addColumn('last_status', 'integer')
    .addColumn('last_error', text)
    .addColumn('last_response', text)
    .addColumn('last_latency_ms', 'integer')
    .addColumn('created_at', long, required)
    .addColumn('updated_at', long, required)
    .addPrimaryKeyConstraint('delivery_key', ['webhook_id', 'event_id'])
    .execute()
  await schema.schema.createIndex('delivery_in_order').on('delivery').columns(['webhook_id', 'seq']).execute()
  // What waits and what is dead is asked for all the time, and is a small part of the table.
  for (const state of ['pending', 'dead'] as const) {
    await schema.schema
      .createIndex(`delivery_${state}`)
      .on('delivery')
      .columns(['webhook_id', 'seq'])
      .where(sql.ref('state'), '=', sql.lit(state))
      .execute()
  }
  await schema.schema
    .createTable('delivery_attempt')
    .addColumn('id', ...serial)
    .addColumn('webhook_id', long, ofWebhook)
    .addColumn('event_id', text, required)
    .addColumn('attempt', 'integer', required)
    .addColumn('status', 'integer')
    .addColumn('error', text)
    .addColumn('response', text)
    .addColumn('latency_ms', 'integer', required)
    .addColumn('at', long, required)
    .execute()
  await schema.schema
    .createIndex('delivery_attempt_by_delivery')
    .on('delivery_attempt')
    .columns(['webhook_id', 'event_id', 'attempt'])
    .execute()
}

export const firstSchema: Migration = {
  number: 1,
  name: 'first-schema',
  async up(schema, types) {
    await createTenants(schema, types)
    await createSecrets(schema, types)
    await createMessages(schema, types)
    await createSends(schema, types)
    await createEvents(schema, types)
    await createWebhooks(schema, types)
    await createDeliveries(schema, types)
  },
}
