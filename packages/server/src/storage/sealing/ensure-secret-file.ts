import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeDirectory } from '../make-directory.ts'
import { syncFolder } from '../sync-folder.ts'

export interface SecretFile {
  /** 64 hex digits, or what a person wrote there. */
  readonly value: string
  /** It did not exist before: the caller may show it once. */
  readonly created: boolean
}

function readSecret(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function writeDurably(file: string, text: string): void {
  const handle = openSync(file, 'wx', 0o600)
  try {
    writeSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Reads a secret from its file, or makes one of 32 random bytes there with mode 0600. On disk before it returns; when two processes start at once, both get
 *  the same one. @throws when the file is empty or cannot be read or written. */
export function ensureSecretFile(file: string): SecretFile {
  const known = readSecret(file)
  if (known !== undefined) {
    if (known === '') throw new Error(`${file} is empty; restore it, or delete it to get a new secret`)
    return { value: known, created: false }
  }
  const folder = dirname(file)
  makeDirectory(folder)
  const value = randomBytes(32).toString('hex')
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  writeDurably(draft, `${value}\n`)
  try {
    // A link appears whole or not at all, and never replaces what another process has put there in between.
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return ensureSecretFile(file)
  } finally {
    unlinkSync(draft)
  }
  syncFolder(folder)
  return { value, created: true }
}
