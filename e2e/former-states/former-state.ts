import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { packed, unpacked } from '../../packages/server/src/backup/backup-lines.ts'

type Row = Readonly<Record<string, unknown>>

/** What a gateway of an earlier version left, and the world that its devices live in. */
export interface FormerState {
  /** The newest change of its schema. */
  readonly schema: number
  /** When it was kept, Unix ms. */
  readonly keptAt: number
  /** Of SQLite, in an order in which they can be inserted. */
  readonly tables: readonly { readonly table: string; readonly rows: readonly Row[] }[]
  /** Of its data folder, by their names in it; base64. */
  readonly files: Readonly<Record<string, string>>
  /** A snapshot of the sandbox; base64. */
  readonly world: string
  /** Who is in it, and what was answered about it. */
  readonly story: FormerStory
}

export interface FormerDevice {
  readonly id: string
  readonly secret: string
  readonly token: string
}

export interface FormerStory {
  readonly apiKey: string
  readonly device: FormerDevice
  readonly bob: string
  readonly group: string
  readonly webhook: { readonly id: number; readonly secret: string }
  /** Ids of the events that the webhook had not taken, in their order. */
  readonly undelivered: readonly string[]
  /** Id and text of the message that waited for the next day. */
  readonly held: { readonly id: string; readonly text: string }
  /** Written while the gateway was stopped. */
  readonly missed: readonly string[]
  /** Answers to the device, by path. */
  readonly answers: Readonly<Record<string, unknown>>
}

/** The states that are kept here, oldest first. */
export const formerStates = (): string[] =>
  readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.json.gz'))
    .sort()

export const readState = (name: string): FormerState =>
  JSON.parse(gunzipSync(readFileSync(path.join(import.meta.dirname, name))).toString(), (_key, value) =>
    unpacked(value),
  )

export const writeState = (name: string, state: FormerState): void => {
  const text = JSON.stringify(state, (_key, value) => packed(value))
  writeFileSync(path.join(import.meta.dirname, name), gzipSync(text, { level: 9 }))
}
