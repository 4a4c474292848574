import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import type { ApiClient } from './api-client.ts'

/** Files of an archive by name. */
export type Archive = ReadonlyMap<string, Buffer>

export const unpack = (packed: Uint8Array): Archive => {
  const bytes = gunzipSync(packed)
  const files = new Map<string, Buffer>()
  for (let at = 0; bytes[at] !== 0; ) {
    const name = bytes.toString('latin1', at, at + 100).replace(/\0.*$/s, '')
    const size = Number.parseInt(bytes.toString('latin1', at + 124, at + 135), 8)
    files.set(name, bytes.subarray(at + 512, at + 512 + size))
    at += 512 + Math.ceil(size / 512) * 512
  }
  return files
}

/** What `GET /export` answers. */
export const fetchExport = async (api: ApiClient, query = ''): Promise<Archive> => {
  const response = await fetch(`${api.url}/export${query}`, { headers: { ...api.headers } })
  assert.equal(response.status, 200, query)
  assert.match(response.headers.get('content-disposition') ?? '', /\.tar\.gz/)
  return unpack(Buffer.from(await response.arrayBuffer()))
}

interface Manifest {
  readonly files: readonly { readonly name: string; readonly size: number; readonly sha256: string }[]
}

/** Fails unless every file is listed, and is what the list says. */
export const assertWhole = (files: Archive): void => {
  const names = [...files.keys()]
  const manifest = JSON.parse(files.get('manifest.json')!.toString()) as Manifest
  assert.deepEqual(
    manifest.files.map(({ name }) => name),
    names.slice(0, -1),
  )
  for (const { name, size, sha256 } of manifest.files) {
    const bytes = files.get(name)!
    assert.deepEqual([bytes.length, createHash('sha256').update(bytes).digest('hex')], [size, sha256], name)
  }
}

export const textOf = (files: Archive): string =>
  [...files].map(([name, bytes]) => (name.startsWith('media/') ? '' : bytes.toString())).join('')

export const rowsOf = (files: Archive, table: string): Record<string, unknown>[] =>
  [...files].flatMap(([name, bytes]) =>
    name.startsWith(`${table}-0`)
      ? bytes
          .toString()
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
      : [],
  )
