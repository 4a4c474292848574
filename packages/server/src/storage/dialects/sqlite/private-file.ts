import { chmodSync, closeSync, openSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeDirectory } from '../../make-directory.ts'

/** Makes a database file (mode 0600) unless there is one. @returns where it really is: SQLite follows symbolic links, and whatever belongs to the file must
 *  lie next to that one, by whatever name it is opened */
export function makePrivateFile(file: string): string {
  makeDirectory(dirname(file))
  // Its journal files take over this mode.
  closeSync(openSync(file, 'a', 0o600))
  chmodSync(file, 0o600)
  return realpathSync(file)
}

/** Where the log of the units of a database file is. */
export const unitsOf = (file: string): string => `${file}-units`
