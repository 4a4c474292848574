import { OwnershipLostError } from '@switchboard/engine'
import { sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import { perDatabase } from './per-database.ts'
import { prepare } from './prepare.ts'

/** Proof that this node may change a device: the epoch of its claim. */
export interface Ownership {
  readonly owner: string
  readonly epoch: number
}

const lost = () => new OwnershipLostError('Another node owns this device by now')

const preparedFence = perDatabase((database) =>
  prepare<{ deviceId: string; owner: string; epoch: number }>(database.query, (value) =>
    database.query
      .selectFrom('device')
      .select(sql.lit(1).as('owned'))
      .where('id', '=', value('deviceId'))
      .where('owner', '=', value('owner'))
      .where('epoch', '=', value('epoch'))
      .$if(database.dialect === 'postgres', (select) => select.forShare()),
  ),
)

/** First statement of every unit that changes what belongs to a session. The unit fails with OwnershipLostError when the device was claimed again or deleted;
 *  while it runs, nobody can claim it. */
export function fence(database: Database, deviceId: string, { owner, epoch }: Ownership): Statement {
  return { query: preparedFence(database)({ deviceId, owner, epoch }), orElse: lost }
}

/** Whether a unit begins with the fence of this device already. */
export function isFenced(database: Database, first: Statement | undefined, deviceId: string): boolean {
  if (!first) return false
  const known = preparedFence(database)({ deviceId: '', owner: '', epoch: 0 })
  return first.query.sql === known.sql && first.query.parameters[0] === deviceId
}

const preparedClaim = perDatabase(({ query }) =>
  prepare<{ deviceId: string; owner: string }>(query, (value) =>
    query
      .updateTable('device')
      .set((column) => ({ owner: value('owner'), epoch: column('epoch', '+', 1) }))
      .where('id', '=', value('deviceId'))
      .returning('epoch'),
  ),
)

/** Takes a device over: the fence keeps the former owner out from here on. @returns undefined when the device does not exist. */
export async function claim(database: Database, deviceId: string, owner: string): Promise<Ownership | undefined> {
  const query = preparedClaim(database)({ deviceId, owner })
  const [result] = await database.commit([{ query }], { lane: deviceId })
  const epoch = result?.rows[0]?.['epoch']
  return typeof epoch === 'number' ? { owner, epoch } : undefined
}
