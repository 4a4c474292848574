import type { CredentialWrite } from '@switchboard/engine'
import { BufferJSON, type SignalDataSet, type SignalDataTypeMap, type SignalKeyStore } from 'baileys'
import type { SharedCaches } from '../shared/shared-caches.ts'
import type { DeviceStore } from './device-store.ts'

type Kind = keyof SignalDataTypeMap

// Ratchets, sender keys, prekeys, address mappings and app state are ours; the library's own code only ever needs these.
const stored: ReadonlySet<string> = new Set<Kind>(['tctoken'])

// Remembered, so that a contact without a token costs no read for each message.
const absent: object = Object.freeze({})

/** The part of the library's key store that its remaining code uses: privacy tokens. Writes resolve when durable. */
export function createKeyStore(store: DeviceStore, caches: SharedCaches, serial: string): SignalKeyStore {
  const cacheKey = (kind: Kind, id: string) => `${serial}|${kind}|${id}`
  return {
    async get<K extends Kind>(kind: K, ids: string[]) {
      const found: Record<string, SignalDataTypeMap[K]> = {}
      if (!stored.has(kind)) return found
      const missing = ids.filter((id) => !caches.keys.has(cacheKey(kind, id)))
      const loaded = missing.length > 0 ? await store.loadMany(kind, missing) : undefined
      for (const id of ids) {
        const bytes = loaded?.get(id)
        const value = bytes ? (decodeKey(bytes) as object) : (caches.keys.get(cacheKey(kind, id)) ?? absent)
        caches.keys.set(cacheKey(kind, id), value)
        if (value !== absent) found[id] = value as SignalDataTypeMap[K]
      }
      return found
    },
    async set(data: SignalDataSet) {
      const entries = entriesOf(data)
      await store.save(entries.map(({ kind, id, value }) => keyWrite(kind, id, value)))
      for (const { kind, id, value } of entries) {
        caches.keys.set(cacheKey(kind, id), (value as object | null) ?? absent)
      }
    },
  }
}

/** One value of the library's key store as a write. */
export const keyWrite = (kind: Kind, id: string, value: unknown): CredentialWrite => ({
  kind,
  key: id,
  value: value == null ? undefined : Buffer.from(JSON.stringify(value, BufferJSON.replacer)),
})

function entriesOf(data: SignalDataSet): { kind: Kind; id: string; value: unknown }[] {
  return Object.entries(data)
    .filter(([kind]) => stored.has(kind))
    .flatMap(([kind, values]) => Object.entries(values ?? {}).map(([id, value]) => ({ kind: kind as Kind, id, value })))
}

const decodeKey = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString(), BufferJSON.reviver)
