import { closeSync, fsyncSync, openSync } from 'node:fs'

/** Makes the names of the files in a folder durable. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
