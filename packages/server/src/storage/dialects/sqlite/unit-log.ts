import {
  closeSync,
  existsSync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { syncFolder } from '../../sync-folder.ts'
import { type LoggedStatement, UnitDecoder, UnitEncoder } from './unit-codec.ts'

// A record: name of its log, bytes of content, checksum over both and the content (each 32 bits, little-endian), content.
const headerBytes = 12

const checksum = (record: Buffer): number => crc32(record.subarray(headerBytes), crc32(record.subarray(0, 8)))

function openPrivate(path: string): number {
  const file = openSync(path, existsSync(path) ? 'r+' : 'wx+', 0o600)
  try {
    // Also when it was there: who made it may have died before this.
    syncFolder(dirname(path))
    return file
  } catch (error) {
    closeSync(file)
    throw error
  }
}

/** The file in which units are durable until the pages that they change are. Each log has a *name*, a number that the database knows too: records of
 *  another name are from before. A log is written over the one before, so that the file grows once and hardly ever after, which makes a flush cheap. */
export class UnitLog {
  readonly #path: string
  readonly #encoder = new UnitEncoder()
  #file: number | undefined
  #name: number | undefined
  #end = 0

  constructor(path: string) {
    this.#path = path
  }

  /** Undefined before the first one is begun. */
  get name(): number | undefined {
    return this.#name
  }

  /** Bytes of the log so far. */
  get size(): number {
    return this.#end
  }

  /** Makes the file unless there is one. @throws what the system says */
  make(): void {
    this.#file ??= openPrivate(this.#path)
  }

  /** Begins a log without records. @param name one that no log had before */
  begin(name: number): void {
    this.#name = name
    this.#end = 0
    this.#encoder.begin()
  }

  /** Statements in the order in which they were logged under a name, those of each record whole. What stands behind the first record that is not whole was never
   *  answered. */
  read(name: number): LoggedStatement[] {
    if (!existsSync(this.#path)) return []
    const file = readFileSync(this.#path)
    const decoder = new UnitDecoder()
    const statements: LoggedStatement[] = []
    for (let at = 0; at + headerBytes < file.length && file.readUInt32LE(at) === name; ) {
      const end = at + headerBytes + file.readUInt32LE(at + 4)
      const record = file.subarray(at, end)
      if (end > file.length || record.length === headerBytes || checksum(record) !== record.readUInt32LE(8)) break
      for (const statement of decoder.decode(record.subarray(headerBytes))) statements.push(statement)
      at = end
    }
    return statements
  }

  /** Adds a record and returns when it is on disk. @throws what the system says; then it is as if it had not been tried */
  append(statements: readonly LoggedStatement[]): void {
    try {
      const record = this.#encoder.encode(statements, headerBytes)
      record.writeUInt32LE(this.#name!, 0)
      record.writeUInt32LE(record.length - headerBytes, 4)
      record.writeUInt32LE(checksum(record), 8)
      this.make()
      this.#write(record)
      fdatasyncSync(this.#file!)
      this.#end += record.length
    } catch (error) {
      this.#encoder.takeBack()
      this.#spoil()
      throw error
    }
  }

  /** Forgets what is in the file, where all of it is in the database. */
  empty(): void {
    if (this.#file !== undefined) ftruncateSync(this.#file)
    else if (existsSync(this.#path)) truncateSync(this.#path)
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  #write(record: Buffer): void {
    for (let done = 0; done < record.length; )
      done += writeSync(this.#file!, record, done, record.length - done, this.#end + done)
  }

  /** What was refused must not be found after a crash. */
  #spoil(): void {
    try {
      this.#write(Buffer.alloc(headerBytes))
      fdatasyncSync(this.#file!)
    } catch {
      // Nothing can be written there, so that what was refused is hardly whole; and nothing more is added until the pages are written, which ends this log.
    }
  }
}
