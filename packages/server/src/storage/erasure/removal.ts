import { type RawBuilder, sql } from 'kysely'
import type { Database, Statement } from '../database.ts'
import type { Subject } from './subject.ts'

/** A step of an erasure: what it removes, counted, and the statements that do it in one unit. Doing it again removes nothing more. */
export interface Removal {
  /** By table, or by what is cancelled. */
  readonly counts: Readonly<Record<string, number>>
  readonly statements: readonly Statement[]
}

/** Where something is erased. Nobody else changes what is the device's meanwhile. */
export interface Scene {
  readonly database: Database
  readonly deviceId: string
  readonly subject: Subject
}

/** Rows that are read at once. */
export const rowsAtOnce = 500

export const isOneOf = (column: string, addresses: readonly string[]): RawBuilder<boolean> =>
  sql<boolean>`${sql.ref(column)} in (${sql.join(addresses)})`

/** Whether the message `m` is the subject's: said by a person or to it, or said in a chat. */
export const isOfSubject = ({ kind, addresses }: Subject, m = 'm'): RawBuilder<boolean> => {
  const inChat = isOneOf(`${m}.chat`, addresses)
  return kind === 'chat' ? inChat : sql<boolean>`(${inChat} or ${isOneOf(`${m}.sender`, addresses)})`
}

export const countOf = async (database: Database, from: RawBuilder<unknown>): Promise<number> => {
  const { rows } = await sql<{ n: number }>`select count(*) as n ${from}`.execute(database.query)
  return Number(rows[0]?.n ?? 0)
}

/** Adds counts up. */
export const added = (
  one: Readonly<Record<string, number>>,
  other: Readonly<Record<string, number>>,
): Record<string, number> => {
  const sum = { ...one }
  for (const [name, n] of Object.entries(other)) if (n > 0) sum[name] = (sum[name] ?? 0) + n
  return sum
}

/** The higher one of each. */
export const most = (
  one: Readonly<Record<string, number>>,
  other: Readonly<Record<string, number>>,
): Record<string, number> => {
  const counts = { ...one }
  for (const [name, n] of Object.entries(other)) counts[name] = Math.max(counts[name] ?? 0, n)
  return counts
}
