import { sql } from 'kysely'
import type { Database } from './database.ts'
import { databaseNow } from './database-time.ts'

/** Things that one node does for all: the `lease` table. A lease counts as long as its node lives. */
export class LeaseStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Takes a lease that nobody has, or keeps it. @returns its epoch; undefined while another node has it */
  async take(name: string, node: string): Promise<number | undefined> {
    const take = sql`insert into lease (name, node, epoch) values (${name}, ${node}, 1)
      on conflict (name) do update set node = excluded.node,
        epoch = case when lease.node = excluded.node then lease.epoch else lease.epoch + 1 end
      where lease.node = excluded.node
        or not exists (select 1 from node where node.id = lease.node and node.expires_at > ${databaseNow}
          and node.state = 'active')
      returning epoch`
    const [result] = await this.#database.commit([{ query: take.compile(this.#database.query) }])
    const epoch = result?.rows[0]?.['epoch']
    return epoch === undefined ? undefined : Number(epoch)
  }
}
