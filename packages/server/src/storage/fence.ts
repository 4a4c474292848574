import { OwnershipLostError } from '@switchboard/engine'
import { sql } from 'kysely'
import type { Database, Statement } from './database.ts'

/** Proof that this node may change a device: the epoch of its claim. */
export interface Ownership {
  readonly owner: string
  readonly epoch: number
}

const lost = () => new OwnershipLostError('Another node owns this device by now')

/** First statement of every unit that changes what belongs to a session. The unit fails with OwnershipLostError when the device was claimed again or deleted;
 *  while it runs, nobody can claim it. */
export function fence(database: Database, deviceId: string, ownership: Ownership): Statement {
  const query = database.query
    .selectFrom('device')
    .select(sql.lit(1).as('owned'))
    .where('id', '=', deviceId)
    .where('owner', '=', ownership.owner)
    .where('epoch', '=', ownership.epoch)
    .$if(database.dialect === 'postgres', (select) => select.forShare())
  return { query: query.compile(), orElse: lost }
}

/** Takes a device over: whoever owned it before is fenced off from here on. @returns undefined when the device does not exist. */
export async function claim(database: Database, deviceId: string, owner: string): Promise<Ownership | undefined> {
  const query = database.query
    .updateTable('device')
    .set((column) => ({ owner, epoch: column('epoch', '+', 1) }))
    .where('id', '=', deviceId)
    .returning('epoch')
    .compile()
  const [result] = await database.commit([{ query }], { lane: deviceId })
  const epoch = result?.rows[0]?.['epoch']
  return typeof epoch === 'number' ? { owner, epoch } : undefined
}
