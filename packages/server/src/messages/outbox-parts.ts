import type { Engine, Logger, MessageView } from '@switchboard/engine'
import type { Clock } from '../clock.ts'
import type { EventLog } from '../eventlog/event-log.ts'
import type { Governor } from '../limits/governor.ts'
import type { Media } from '../media/media.ts'
import type { OutgoingFiles } from '../media/outgoing-files.ts'
import type { SendObserver } from '../observe/observer.ts'
import type { Addresses } from '../people/addresses.ts'
import type { Numbers } from '../people/numbers.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Database } from '../storage/database.ts'
import type { Intent, IntentStore } from '../storage/intent-store.ts'
import type { MessageStore } from '../storage/message-store.ts'
import type { StatusAudienceStore } from '../storage/status-audience-store.ts'
import type { OwnChanges } from './own-changes.ts'
import type { Pacing } from './pacing.ts'
import type { Waiters } from './waiters.ts'

/** What the parts of the outbox share. */
export interface OutboxParts {
  readonly database: Database
  readonly engine: Pick<Engine, 'describe' | 'withFile'>
  readonly media: Pick<Media, 'context'>
  readonly files: Pick<OutgoingFiles, 'upload' | 'release'>
  readonly sessions: Sessions
  readonly eventLog: EventLog
  readonly addresses: Addresses
  readonly numbers: Numbers
  readonly messages: MessageStore
  readonly intents: IntentStore
  readonly audiences: StatusAudienceStore
  readonly changes: OwnChanges
  readonly pacing: Pacing
  readonly governor: Governor
  readonly waiters: Waiters
  readonly clock: Clock
  readonly logger: Logger
  readonly observer: SendObserver
}

/** A send that is worked on. */
export interface Sending extends Intent {
  /** What its message is, where that was looked at already. */
  readonly view?: MessageView
}

/** Under which a send is known to this process. */
export const nameOf = (intent: Intent): string => `${intent.device_id} ${intent.message_id}`
