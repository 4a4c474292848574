import type { AppStateSync } from '../app-state/app-state-sync.ts'
import type { Uploader } from '../media/uploader.ts'
import type { DeviceDirectory } from '../outbound/device-directory.ts'
import type { GroupDirectory } from '../outbound/group-directory.ts'
import type { PendingAcks } from '../outbound/pending-acks.ts'
import type { PrivacyTokens } from '../outbound/privacy-tokens.ts'
import type { SendQueue } from '../outbound/send-queue.ts'
import type { OwnPresence } from '../session/own-presence.ts'
import type { SessionContext } from '../session/session-context.ts'
import type { OwnPrivacy } from './privacy/own-privacy.ts'

/** What the acts of a session work with. */
export interface AbilityParts {
  readonly context: SessionContext
  readonly directory: DeviceDirectory
  readonly groups: GroupDirectory
  readonly sends: SendQueue
  readonly posts: SendQueue
  readonly acks: PendingAcks
  readonly tokens: PrivacyTokens
  readonly presence: OwnPresence
  readonly privacy: OwnPrivacy
  readonly uploader: Uploader
  readonly appState: AppStateSync
  isOpen(): boolean
}
