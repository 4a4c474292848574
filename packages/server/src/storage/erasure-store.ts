import type { Selectable } from 'kysely'
import type { Database, Scrubbed, Statement } from './database.ts'
import type { ErasureTable } from './schema.ts'

type Row = Selectable<ErasureTable>

export type ErasureKind = Row['kind']
export type ErasureState = Row['state']

/** What was removed, by table or by what was cancelled. */
export type Counts = Readonly<Record<string, number>>

export interface Proof extends Scrubbed {
  readonly database: Database['dialect']
  /** Files that nothing has any more. */
  readonly files: number
}

/** A part of a request to erase: one device, or what a tenant has besides its devices. */
export interface StoredErasure {
  readonly id: string
  readonly kind: ErasureKind
  readonly apiKeyId: number
  readonly deviceId: string | null
  readonly requestId: string
  readonly state: ErasureState
  readonly subject: Uint8Array | null
  readonly subjectHash: string | null
  /** Of its other addresses. */
  readonly otherHashes: readonly string[]
  readonly askedBy: string
  readonly counts: Counts
  readonly proof: Proof | null
  readonly error: string | null
  readonly createdAt: number
  readonly completedAt: number | null
}

export type NewErasure = Omit<StoredErasure, 'state' | 'counts' | 'proof' | 'error' | 'completedAt'>

const toStored = (row: Row): StoredErasure => ({
  id: row.id,
  kind: row.kind,
  apiKeyId: Number(row.api_key_id),
  deviceId: row.device_id,
  requestId: row.request_id,
  state: row.state,
  subject: row.subject,
  subjectHash: row.subject_hash,
  otherHashes: row.other_hashes?.split(' ') ?? [],
  askedBy: row.asked_by,
  counts: JSON.parse(row.counts) as Counts,
  proof: row.proof === null ? null : (JSON.parse(row.proof) as Proof),
  error: row.error,
  createdAt: Number(row.created_at),
  completedAt: row.completed_at === null ? null : Number(row.completed_at),
})

const open: ErasureState[] = ['queued', 'running', 'cleaning']

/** The `erasure` table. */
export class ErasureStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  insert(erasure: NewErasure): Statement {
    const insert = this.#database.query.insertInto('erasure').values({
      ...{ id: erasure.id, kind: erasure.kind, api_key_id: erasure.apiKeyId, device_id: erasure.deviceId },
      ...{ request_id: erasure.requestId, state: 'queued', subject: erasure.subject, asked_by: erasure.askedBy },
      ...{ other_hashes: erasure.otherHashes.join(' ') || null },
      ...{ subject_hash: erasure.subjectHash, counts: '{}', proof: null, error: null, completed_at: null },
      ...{ created_at: erasure.createdAt, updated_at: erasure.createdAt },
    })
    return { query: insert.compile() }
  }

  /** All that are not done, the oldest first. */
  async open(): Promise<StoredErasure[]> {
    const rows = await this.#database.query
      .selectFrom('erasure')
      .selectAll()
      .where('state', 'in', open)
      .orderBy('id')
      .execute()
    return rows.map(toStored)
  }

  /** The parts of a request, in the order in which they were made. */
  async ofRequest(requestId: string): Promise<StoredErasure[]> {
    const rows = await this.#database.query
      .selectFrom('erasure')
      .selectAll()
      .where('request_id', '=', requestId)
      .orderBy('id')
      .execute()
    return rows.map(toStored)
  }

  /** Parts of the newest requests first, of one API key, or of one device of it. */
  async list(search: {
    readonly apiKeyId?: number | undefined
    readonly deviceId?: string | undefined
    readonly subjectHash?: string | undefined
    readonly before?: string | undefined
    readonly limit: number
  }): Promise<StoredErasure[]> {
    const { apiKeyId, deviceId, subjectHash, before, limit } = search
    const requests = this.#database.query
      .selectFrom('erasure as own')
      .select('own.request_id')
      .$if(apiKeyId !== undefined, (select) => select.where('own.api_key_id', '=', apiKeyId!))
      .$if(deviceId !== undefined, (select) => select.where('own.device_id', '=', deviceId!))
      .$if(subjectHash !== undefined, (select) =>
        select.where((own) =>
          own.or([
            own('own.subject_hash', '=', subjectHash!),
            // Hashes are hexadecimal: nothing in them stands for anything else.
            own('own.other_hashes', 'like', `%${subjectHash}%`),
          ]),
        ),
      )
      .$if(before !== undefined, (select) => select.where('own.request_id', '<', before!))
      .groupBy('own.request_id')
      .orderBy('own.request_id', 'desc')
      .limit(limit)
    const rows = await this.#database.query
      .selectFrom('erasure')
      .selectAll()
      .where('request_id', 'in', this.#database.query.selectFrom(requests.as('newest')).select('newest.request_id'))
      .orderBy('request_id', 'desc')
      .orderBy('id')
      .execute()
    return rows.map(toStored)
  }

  /** Notes what was removed, in the unit that removes it. */
  note(
    { id }: Pick<StoredErasure, 'id'>,
    counts: Counts,
    at: number,
    change: { readonly state?: ErasureState; readonly subject?: null } = {},
  ): Statement {
    const update = this.#database.query
      .updateTable('erasure')
      .set({ ...change, counts: JSON.stringify(counts), error: null, updated_at: at })
      .where('id', '=', id)
    return { query: update.compile() }
  }

  /** It gets no further just now. */
  failed({ id }: Pick<StoredErasure, 'id'>, error: string, at: number): Statement {
    const update = this.#database.query.updateTable('erasure').set({ error, updated_at: at }).where('id', '=', id)
    return { query: update.compile() }
  }

  done(ids: readonly string[], proof: Proof, at: number): Statement {
    const update = this.#database.query
      .updateTable('erasure')
      .set({ state: 'done', proof: JSON.stringify(proof), error: null, updated_at: at, completed_at: at })
      .where('id', 'in', ids)
      .where('state', '=', 'cleaning')
    return { query: update.compile() }
  }
}
