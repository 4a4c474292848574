import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { columnsOf, insertRows, moveSerials } from '../../packages/server/src/storage/backup/restore-rows.ts'
import type { DatabaseTarget } from '../../packages/server/src/storage/open-database.ts'
import { makeDatabaseOfSchema } from '../../packages/server/src/storage/testing/former-database.ts'
import type { FormerState } from './former-state.ts'

/** Makes the database of that version with its rows, and puts its files where they were. */
export async function bringState({ schema, tables, files }: FormerState, target: DatabaseTarget, dataDir: string) {
  await makeDatabaseOfSchema(target, schema, async (query) => {
    const database = { query, dialect: target.type }
    const known = await columnsOf(database)
    const statements = [...tables.flatMap((each) => insertRows(database, known, each)), ...moveSerials(database)]
    for (const statement of statements) await query.executeQuery(statement.query)
  })
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(dataDir, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, Buffer.from(content, 'base64'))
  }
}
