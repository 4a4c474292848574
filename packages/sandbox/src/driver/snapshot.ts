import { gunzipSync, gzipSync } from 'node:zlib'
import type { WorldState } from '../world/state/world-state.ts'

/** A whole sandbox world at one instant. */
export interface Snapshot {
  readonly format: typeof format
  readonly world: WorldState
  /** By LID. */
  readonly phones: Readonly<Record<string, PhoneSnapshot>>
}

export interface PhoneSnapshot {
  /** Whether it was switched on. */
  readonly on: boolean
  readonly texts: readonly (readonly [string, string])[]
}

const format = 'switchboard-sandbox-1'
/** A larger snapshot was not made by a sandbox. */
const maxBytes = 1024 * 1024 * 1024

export function packSnapshot(content: Omit<Snapshot, 'format'>): Uint8Array {
  return new Uint8Array(gzipSync(JSON.stringify({ format, ...content }), { level: 3 }))
}

/** @throws Error when the bytes are not a snapshot of this version */
export function unpackSnapshot(bytes: Uint8Array): Snapshot {
  let content: Partial<Snapshot> | null
  try {
    content = JSON.parse(gunzipSync(bytes, { maxOutputLength: maxBytes }).toString('utf8'))
  } catch (cause) {
    throw new Error('these bytes are not a snapshot', { cause })
  }
  if (content?.format !== format) {
    const theirs = typeof content?.format === 'string' ? `"${content.format}"` : 'unknown'
    throw new Error(`this snapshot is of another version: its format is ${theirs}, this sandbox reads "${format}"`)
  }
  return content as Snapshot
}
