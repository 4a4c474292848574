import type { Database, Statement } from './database.ts'
import type { ProposalTable } from './schema.ts'

export type ProposalRow = ProposalTable

/** Place in a list of proposals. */
export interface ProposalPlace {
  readonly createdAt: number
  readonly id: string
}

/** What somebody said to a proposal. */
export interface Decision {
  readonly state: 'approved' | 'rejected'
  /** As the audit names actors. */
  readonly by: string
  readonly at: number
}

/** The `proposal` table. */
export class ProposalStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  insert(row: ProposalRow): Statement {
    return {
      query: this.#database.query
        .insertInto('proposal')
        .values(this.#database.content.sealed('proposal', row))
        .compile(),
    }
  }

  async find(deviceId: string, id: string): Promise<ProposalRow | undefined> {
    const row = await this.#ofDevice(deviceId).where('id', '=', id).executeTakeFirst()
    return this.#database.content.openedOne('proposal', row)
  }

  async ofMessage(deviceId: string, messageId: string): Promise<ProposalRow | undefined> {
    const row = await this.#ofDevice(deviceId).where('message_id', '=', messageId).executeTakeFirst()
    return this.#database.content.openedOne('proposal', row)
  }

  /** Newest first. */
  async list(
    deviceId: string,
    { state, now, limit, after }: { state?: ProposalRow['state']; now: number; limit: number; after?: ProposalPlace },
  ): Promise<ProposalRow[]> {
    let select = this.#ofDevice(deviceId)
    if (state === 'pending') select = select.where('state', '=', state).where('expires_at', '>', now)
    else if (state === 'expired') {
      select = select.where((where) =>
        where.or([
          where('state', '=', 'expired'),
          where.and([where('state', '=', 'pending'), where('expires_at', '<=', now)]),
        ]),
      )
    } else if (state) select = select.where('state', '=', state)
    if (after) {
      const { createdAt, id } = after
      select = select.where((where) => where(where.refTuple('created_at', 'id'), '<', where.tuple(createdAt, id)))
    }
    const rows = await select.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute()
    return this.#database.content.opened('proposal', rows)
  }

  /** How many of a device wait for a decision. */
  async countPending(deviceId: string, now: number): Promise<number> {
    const row = await this.#database.query
      .selectFrom('proposal')
      .select((count) => count.fn.countAll<number>().as('n'))
      .where('device_id', '=', deviceId)
      .where('state', '=', 'pending')
      .where('expires_at', '>', now)
      .executeTakeFirst()
    return Number(row?.n ?? 0)
  }

  /** pending → decided. `late` makes the error when it was decided before, or has expired. What is rejected is forgotten, but for its frame. */
  decide(deviceId: string, id: string, { state, by, at }: Decision, late: () => Error): Statement {
    const update = this.#database.query
      .updateTable('proposal')
      .set({ state, decided_by: by, decided_at: at, ...(state === 'rejected' && { body: null }) })
      .where('device_id', '=', deviceId)
      .where('id', '=', id)
      .where('state', '=', 'pending')
      .where('expires_at', '>', at)
    return { query: update.compile(), orElse: late }
  }

  /** pending → expired, for all of which the time is over; and what was decided or expired long ago goes. */
  async upkeep(now: number, before: number): Promise<void> {
    const { query } = this.#database
    const expire = query
      .updateTable('proposal')
      .set({ state: 'expired', body: null })
      .where('state', '=', 'pending')
      .where('expires_at', '<=', now)
    const purge = query.deleteFrom('proposal').where('state', '<>', 'pending').where('expires_at', '<', before)
    await this.#database.commit([{ query: expire.compile() }, { query: purge.compile() }])
  }

  #ofDevice(deviceId: string) {
    return this.#database.query.selectFrom('proposal').selectAll().where('device_id', '=', deviceId)
  }
}
