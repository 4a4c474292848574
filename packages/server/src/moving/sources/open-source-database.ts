import type { ForeignDatabase } from '../../storage/sources/foreign-database.ts'
import { openForeignDatabase } from '../../storage/sources/open-foreign-database.ts'
import { SourceRefused } from '../moving-source.ts'

/** @param place URI of PostgreSQL, or a file of SQLite @throws SourceRefused when it cannot be opened */
export const openSourceDatabase = (place: string): Promise<ForeignDatabase> =>
  openForeignDatabase(place).catch((error: Error) => {
    throw new SourceRefused(`The source cannot be opened: ${error.message}`, { cause: error })
  })
