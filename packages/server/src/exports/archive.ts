import { pipeline, Readable } from 'node:stream'
import { createGzip, type Gzip } from 'node:zlib'
import type { TenantExport } from './export-tenant.ts'
import { tar } from './tar.ts'

export { takeSnapshot } from '../storage/backup/take-snapshot.ts'
export { opened } from '../storage/erasure/opened.ts'
export { TenantExport } from './export-tenant.ts'

/** It closes when it was read to its end, when it failed, and when nobody reads any more. */
export const compressed = (made: TenantExport, takenAt: number, signal: AbortSignal): Gzip => {
  const gzip = createGzip({ level: 3 })
  pipeline(Readable.from(tar(made.entries(), takenAt), { objectMode: false }), gzip, () => {})
  if (signal.aborted) gzip.destroy()
  signal.addEventListener('abort', () => gzip.destroy(), { once: true })
  return gzip
}
