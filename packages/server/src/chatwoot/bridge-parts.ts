import type { Engine, Logger } from '@switchboard/engine'
import type { Clock } from '../clock.ts'
import type { EventLog } from '../eventlog/event-log.ts'
import type { Media } from '../media/media.ts'
import type { OutgoingFiles } from '../media/outgoing-files.ts'
import type { Spool } from '../media/spool.ts'
import type { Messages } from '../messages/messages.ts'
import type { ContactBook } from '../people/contact-book.ts'
import type { ChatwootLinkStore } from '../storage/chatwoot-link-store.ts'
import type { ChatwootStore, StoredBridge } from '../storage/chatwoot-store.ts'
import type { Database } from '../storage/database.ts'
import type { ChatwootClient } from './client.ts'
import type { BridgeOptions } from './options.ts'

/** What all bridges share. */
export interface BridgeParts {
  readonly database: Database
  readonly eventLog: EventLog
  readonly engine: Pick<Engine, 'newMessageId'>
  readonly messages: Messages
  readonly media: Media
  readonly outgoingFiles: OutgoingFiles
  readonly spool: Spool
  readonly contactBook: ContactBook
  readonly clock: Clock
  readonly logger: Logger
  readonly store: ChatwootStore
  readonly links: ChatwootLinkStore
  /** What a group is called, when that can be found out. */
  groupName(deviceId: string, jid: string): Promise<string | undefined>
  clientOf(bridge: StoredBridge): Promise<ChatwootClient>
}

/** A bridge as it is now: what is asked of Chatwoot, and as whom. */
export interface Settings {
  readonly bridge: StoredBridge
  readonly client: ChatwootClient
  readonly options: BridgeOptions
}
