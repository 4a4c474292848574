import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createClient } from '@hey-api/openapi-ts'

/** The shapes of a document as TypeScript. */
export const clientTypes = async (document: Record<string, unknown>): Promise<string> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'switchboard-client-'))
  try {
    await createClient({
      input: document,
      output: { path: folder, entryFile: false },
      logs: { level: 'silent', file: false },
      plugins: ['@hey-api/typescript'],
    })
    return readFileSync(path.join(folder, 'types.gen.ts'), 'utf8')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
