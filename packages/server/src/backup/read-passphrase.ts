import { readFileSync } from 'node:fs'
import { UsageError } from '../process/run-tool.ts'

const shortest = 16

/** The first line of a file. @throws UsageError */
export function readPassphrase(file: string | undefined): string {
  if (file === undefined) throw new UsageError('--passphrase-file is needed')
  const passphrase = contentOf(file).split('\n')[0]!.trim()
  if ([...passphrase].length < shortest)
    throw new UsageError(`A passphrase has ${shortest} characters or more: ${file}`)
  return passphrase
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}
