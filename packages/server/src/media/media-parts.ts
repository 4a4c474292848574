import type { Engine, Logger, MediaFiles, MessageView } from '@switchboard/engine'
import type { Clock } from '../clock.ts'
import type { Config } from '../config/config.ts'
import type { EventLog } from '../eventlog/event-log.ts'
import type { Addresses } from '../people/addresses.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Database } from '../storage/database.ts'
import type { MessageMediaRow, MessageMediaStore } from '../storage/message-media-store.ts'
import type { MessageStore } from '../storage/message-store.ts'
import type { MessageTable } from '../storage/schema.ts'
import type { KeepFiles } from './keep-files.ts'
import type { MediaLinks } from './links.ts'
import type { MediaPolicies } from './policy.ts'
import type { Scratch } from './store/scratch.ts'

/** What the parts of the media domain share. */
export interface MediaParts {
  readonly database: Database
  readonly engine: Engine
  readonly sessions: Sessions
  readonly eventLog: EventLog
  readonly addresses: Addresses
  readonly clock: Clock
  readonly logger: Logger
  readonly config: Config['media']
  readonly messages: MessageStore
  readonly media: MessageMediaStore
  readonly links: MediaLinks
  readonly policies: MediaPolicies
  readonly files: KeepFiles
  readonly scratch: Scratch
}

/** The file of one message, with all that is known of it. */
export interface MessageFile {
  readonly deviceId: string
  readonly id: string
  readonly message: MessageTable
  readonly body: Uint8Array
  readonly view: MessageView
  readonly files: MediaFiles
  /** Undefined: nothing happened to it. */
  readonly known: MessageMediaRow | undefined
}

/** Names the row of a file, also of one that has none yet. */
export const placeOf = ({ deviceId, id, message }: MessageFile) => ({
  ...{ id, deviceId, chat: message.chat, messageId: message.id },
})
