import { sealMedia } from '../../phone/media/seal-media.ts'
import { ExternalBlobReference, SyncdPatch, type SyncdRecord, SyncdSnapshot } from '../../wire/proto/index.ts'
import type { Account, AppStateCollection } from '../../world/account.ts'
import type { World } from '../../world/world.ts'

/** The whole collection as one file on the media host: the latest record of each index, and the MAC that the latest patch gave for all of them.
 *  The server reads none of it. Returns the reference that clients download it by.
 *  Seen in two clients (whatsmeow appstate/decode.go, baileys chat-utils.js extractSyncdPatches), which know snapshots in no other form. */
export function snapshotReference(world: World, account: Account, stored: AppStateCollection): Uint8Array {
  const sealed = sealMedia('md-app-state', SyncdSnapshot.encode(makeSnapshot(stored)), world.random.bytes(32))
  const { path } = world.media.put('md-app-state', sealed.bytes, account.lid)
  return ExternalBlobReference.encode({
    mediaKey: sealed.mediaKey,
    directPath: path,
    fileSizeBytes: sealed.bytes.length,
    fileSha256: sealed.fileSha256,
    fileEncSha256: sealed.fileEncSha256,
  })
}

function makeSnapshot(stored: AppStateCollection): SyncdSnapshot {
  const records = new Map<string, SyncdRecord>()
  let last: SyncdPatch = {}
  for (const encoded of stored.patches) {
    last = SyncdPatch.decode(encoded)
    for (const { operation, record } of last.mutations ?? []) {
      const index = Buffer.from(record?.index?.blob ?? []).toString('base64')
      if (operation === 1) records.delete(index)
      else if (record) records.set(index, record)
    }
  }
  return {
    version: { version: stored.version },
    records: [...records.values()],
    ...(last.snapshotMac ? { mac: last.snapshotMac } : {}),
    ...(last.keyId ? { keyId: last.keyId } : {}),
  }
}
