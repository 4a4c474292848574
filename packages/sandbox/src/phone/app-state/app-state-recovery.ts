import { gzipSync } from 'node:zlib'
import { SyncdSnapshotRecovery } from '../../wire/proto/index.ts'
import { deriveMutationKeys, hmac } from './app-state-keys.ts'
import type { AppStateKey, CollectionState } from './app-state-patch.ts'
import type { AppStateRecord } from './app-state-record.ts'

/** A collection in the open, for a companion that can no longer make sense of its own: gzip(SyncdSnapshotRecovery). It travels end-to-end encrypted.
 *  One client (whatsmeow appstate/recovery.go). @throws Error for a record when this phone does not know its MAC */
export function recoverySnapshot(
  state: CollectionState,
  key: AppStateKey,
  records: readonly AppStateRecord[],
): Uint8Array {
  const { index: indexKey } = deriveMutationKeys(key.data)
  const mutationRecords = records.map(({ index, value, version }) => {
    const bytes = Buffer.from(JSON.stringify(index))
    const mac = state.valueMacs.get(Buffer.from(hmac(indexKey, bytes)).toString('base64'))
    if (!mac) throw new Error(`no MAC is known for ${bytes.toString()} of ${state.name}`)
    return { value: { index: bytes, value, padding: new Uint8Array(0), version }, keyID: key.id, mac }
  })
  const recovery = SyncdSnapshotRecovery.encode({
    version: { version: state.version },
    collectionName: state.name,
    mutationRecords,
    collectionLthash: state.hash,
  })
  return new Uint8Array(gzipSync(recovery))
}
