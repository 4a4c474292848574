import { randomBytes, randomUUID } from 'node:crypto'
import type { Database } from '../storage/database.ts'

/** For tests: a tenant with one device, written as rows. */
export async function insertDevice(database: Database, apiKeyId?: number): Promise<string> {
  const id = randomUUID()
  await database.commit([
    {
      query: database.query
        .insertInto('device')
        .values({
          id,
          api_key_id: apiKeyId ?? (await insertApiKey(database)),
          name: 'test',
          secret_hash: randomBytes(32),
          token_version: 1,
          status: 'active',
          state: 'open',
          passive: 0,
          force_active_receipts: 0,
          data_key_sealed: randomBytes(32),
          epoch: 0,
          event_seq: 0,
          created_at: Date.now(),
          updated_at: Date.now(),
        })
        .compile(),
    },
  ])
  return id
}

/** For tests: a tenant. */
export async function insertApiKey(database: Database): Promise<number> {
  const [result] = await database.commit([
    {
      query: database.query
        .insertInto('api_key')
        .values({
          key_hash: randomBytes(32),
          key_prefix: 'wam_test',
          key_suffix: 'test',
          customer_name: 'test',
          max_devices: 10,
          rate_limit_per_hour: 0,
          is_active: 1,
          created_at: Date.now(),
          updated_at: Date.now(),
        })
        .returning('id')
        .compile(),
    },
  ])
  return Number(result?.rows[0]?.['id'])
}
