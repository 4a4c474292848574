import { messageCodec } from './message-codec.ts'

export interface SyncdRecord {
  index?: { blob?: Uint8Array }
  value?: { blob?: Uint8Array }
  keyId?: { id?: Uint8Array }
}
export interface SyncdMutation {
  /** 0 set, 1 remove. */
  operation?: number
  record?: SyncdRecord
}
export interface ExternalBlobReference {
  mediaKey?: Uint8Array
  directPath?: string
  handle?: string
  fileSizeBytes?: number
  fileSha256?: Uint8Array
  fileEncSha256?: Uint8Array
}
export interface SyncdPatch {
  version?: { version?: number }
  mutations?: SyncdMutation[]
  externalMutations?: ExternalBlobReference
  snapshotMac?: Uint8Array
  patchMac?: Uint8Array
  keyId?: { id?: Uint8Array }
  deviceIndex?: number
}
export interface SyncdSnapshot {
  version?: { version?: number }
  records?: SyncdRecord[]
  mac?: Uint8Array
  keyId?: { id?: Uint8Array }
}
export interface SyncActionData {
  index?: Uint8Array
  value?: { timestamp?: number; pushNameSetting?: { name?: string } }
  padding?: Uint8Array
  version?: number
}

export const SyncdPatch = messageCodec<SyncdPatch>('SyncdPatch')
export const SyncdSnapshot = messageCodec<SyncdSnapshot>('SyncdSnapshot')
export const SyncActionData = messageCodec<SyncActionData>('SyncActionData')
