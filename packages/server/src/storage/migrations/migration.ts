import type { Kysely } from 'kysely'
import type { Schema } from '../schema.ts'
import type { ColumnTypes } from './column-types.ts'

/** One step of the schema, forward only. Never change one that was released: add the next number. */
export interface Migration {
  readonly number: number
  readonly name: string
  up(schema: Kysely<Schema>, types: ColumnTypes): Promise<void>
}
