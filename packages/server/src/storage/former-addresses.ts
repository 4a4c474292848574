import { type RawBuilder, sql } from 'kysely'

/** A table that says which address counts in place of another: its column `jid` in place of this column. */
export interface FormerAddresses {
  readonly table: 'lid_mapping' | 'number_alias'
  readonly column: 'lid' | 'number'
}

/** The number in place of the LID. */
export const lids: FormerAddresses = { table: 'lid_mapping', column: 'lid' }
/** The address that WhatsApp has in place of the number that was asked for. */
export const aliases: FormerAddresses = { table: 'number_alias', column: 'number' }

/** `k.jid` becomes the address that counts, for each row with a former address in its column `address` (`r.chat`). */
export const joinFormer = ({ table, column }: FormerAddresses, device: string, address: string): RawBuilder<unknown> =>
  sql`join ${sql.table(table)} k on k.device_id = ${sql.ref(device)} and ${sql.ref(`k.${column}`)} = ${sql.ref(address)}`

/** The address that counts for a column, as a value. */
export const inPlaceOf = ({ table, column }: FormerAddresses, deviceId: string, address: string): RawBuilder<unknown> =>
  sql`(select k.jid from ${sql.table(table)} k where k.device_id = ${deviceId} and ${sql.ref(`k.${column}`)} = ${sql.ref(address)})`
