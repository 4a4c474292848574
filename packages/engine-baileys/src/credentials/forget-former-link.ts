import { appStateCollections, type CredentialWrite } from '@switchboard/engine'
import { appStateKinds } from '../app-state/collection-state.ts'
import type { DeviceStore } from './device-store.ts'

const kinds = [
  'session',
  'sender-key',
  'sender-key-holders',
  'pre-key',
  'app-state-sync-key',
  'app-state-sync-version',
  ...appStateKinds(appStateCollections),
  'tctoken',
  'contact-salt',
  'companion-nonce',
  'lid',
  'phone',
  'history',
]

/** The writes that remove what an earlier link of this device left: its ratchets and app-state versions would poison the new one. */
export async function forgetFormerLink(store: DeviceStore): Promise<CredentialWrite[]> {
  const found = await store.loadKinds(kinds)
  return [...found].flatMap(([kind, values]) => [...values.keys()].map((key) => ({ kind, key, value: undefined })))
}
