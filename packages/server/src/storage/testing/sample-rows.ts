import { randomBytes, randomUUID } from 'node:crypto'
import type { Insertable } from 'kysely'
import type { Database } from '../database.ts'
import type { Intent } from '../intent-store.ts'
import type { NewMessageRow } from '../message-store.ts'
import type { ApiKeyTable, DeviceTable } from '../schema.ts'

/** What a send says of limits that has nothing to do with them. */
export const unlimited = {
  limited: 0,
  held_by: null,
  released_at: null,
  counted_on: null,
} as const satisfies Partial<Intent>

/** A row that {@link Database.commit} takes as it is. Not a key that anybody could use. */
export const sampleApiKey = (change: Partial<Insertable<ApiKeyTable>> = {}): Insertable<ApiKeyTable> => ({
  key_hash: new Uint8Array(randomBytes(32)),
  key_prefix: 'wam_0000',
  key_suffix: '0000',
  customer_name: 'Test',
  customer_email: null,
  customer_phone: null,
  max_devices: 100,
  rate_limit_per_hour: 0,
  is_active: 1,
  created_at: Date.now(),
  updated_at: Date.now(),
  ...change,
})

export const sampleDevice = (
  apiKeyId: number,
  change: Partial<Insertable<DeviceTable>> = {},
): Insertable<DeviceTable> => ({
  id: randomUUID(),
  api_key_id: apiKeyId,
  name: 'Test',
  secret_hash: new Uint8Array(randomBytes(32)),
  token_version: 1,
  status: 'pending',
  state: 'idle',
  state_reason: null,
  banned_until: null,
  jid: null,
  lid: null,
  push_name: null,
  platform: null,
  business_name: null,
  proxy_url_sealed: null,
  passive: 0,
  force_active_receipts: 0,
  data_key_sealed: new Uint8Array(randomBytes(64)),
  owner: null,
  epoch: 0,
  event_seq: 0,
  created_at: Date.now(),
  updated_at: Date.now(),
  last_active_at: null,
  ...change,
})

export const sampleMessage = (deviceId: string, change: Partial<NewMessageRow> = {}): NewMessageRow => ({
  device_id: deviceId,
  chat: '4917012345678@s.whatsapp.net',
  id: 'A',
  sender: '4917012345678@s.whatsapp.net',
  from_me: 0,
  type: 'text',
  text: 'hello',
  quoted_id: null,
  push_name: null,
  body: new Uint8Array([1, 2, 3]),
  state: 'received',
  state_reason: null,
  source: 'live',
  listed: 1,
  target_id: null,
  edited_at: null,
  deleted_at: null,
  deleted_by: null,
  sent_at: 1_000,
  ...change,
})

/** Stores an API key with one device, for contracts about what hangs below a device. */
export async function insertSampleDevice(
  database: Database,
  change: Partial<Insertable<DeviceTable>> = {},
): Promise<{ apiKeyId: number; deviceId: string }> {
  const key = database.query.insertInto('api_key').values(sampleApiKey()).returning('id').compile()
  const [inserted] = await database.commit([{ query: key }])
  const apiKeyId = inserted!.rows[0]!['id'] as number
  const device = sampleDevice(apiKeyId, change)
  await database.commit([{ query: database.query.insertInto('device').values(device).compile() }])
  return { apiKeyId, deviceId: device.id }
}
