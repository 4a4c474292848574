import type { Engine } from '@switchboard/engine'
import type { Approvals } from '../approvals/approvals.ts'
import type { Calls } from '../calls/calls.ts'
import type { ChannelWatches } from '../channels/channel-watches.ts'
import type { ChatList } from '../chats/chat-list.ts'
import type { LabelBook } from '../chats/label-book.ts'
import type { Chatwoot } from '../chatwoot/chatwoot.ts'
import type { Clock } from '../clock.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { Config } from '../config/config.ts'
import type { Erasures } from '../erasure/erasures.ts'
import type { EventLog } from '../eventlog/event-log.ts'
import type { Exports } from '../exports/exports.ts'
import type { GroupLists } from '../groups/group-lists.ts'
import type { Governor } from '../limits/governor.ts'
import type { LinkPreviews } from '../links/link-previews.ts'
import type { Converter } from '../media/convert/index.ts'
import type { Media } from '../media/media.ts'
import type { OutgoingFiles } from '../media/outgoing-files.ts'
import type { Spool } from '../media/spool.ts'
import type { Messages } from '../messages/messages.ts'
import type { Activity } from '../observe/activity.ts'
import type { Health } from '../observe/health.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { Overviews } from '../overview/overview.ts'
import type { PairingLinks } from '../pairing/pairing-links.ts'
import type { Addresses } from '../people/addresses.ts'
import type { ContactBook } from '../people/contact-book.ts'
import type { Numbers } from '../people/numbers.ts'
import type { Usernames } from '../people/usernames.ts'
import type { Polls } from '../polls/polls.ts'
import type { Retentions } from '../retention/retentions.ts'
import type { Fleet } from '../sessions/fleet.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { CurrentWebVersion } from '../sessions/web-version.ts'
import type { Statuses } from '../status/statuses.ts'
import type { Database } from '../storage/database.ts'
import type { ServerFacts } from '../system/server-facts.ts'
import type { Audit } from '../tenants/audit.ts'
import type { Tenants } from '../tenants/tenants.ts'
import type { Timelines } from '../timeline/timelines.ts'
import type { Webhooks } from '../webhooks/webhooks.ts'

/** The gateway's parts, built and joined in build-services.ts and nowhere else. */
export interface Services {
  readonly config: Config
  readonly clock: Clock
  /** The time by which things are old and may be deleted, Unix ms: a clock that was set ahead makes nothing old. */
  readonly age: () => number
  readonly health: Health
  readonly metrics: Metrics
  readonly activity: Activity
  readonly overviews: Overviews
  readonly database: Database
  readonly cluster: Cluster
  readonly engine: Engine
  /** Everything of WhatsApp is a sandbox. */
  readonly inSandbox: boolean
  readonly spool: Spool
  readonly converter: Converter
  readonly outgoingFiles: OutgoingFiles
  readonly tenants: Tenants
  readonly audit: Audit
  readonly erasures: Erasures
  readonly retentions: Retentions
  readonly exports: Exports
  readonly timelines: Timelines
  readonly pairingLinks: PairingLinks
  readonly serverFacts: ServerFacts
  readonly sessions: Sessions
  /** The connections of all nodes together. */
  readonly fleet: Fleet
  readonly webVersion: CurrentWebVersion
  readonly addresses: Addresses
  readonly numbers: Numbers
  readonly usernames: Usernames
  readonly media: Media
  readonly messages: Messages
  readonly approvals: Approvals
  readonly governor: Governor
  readonly chatList: ChatList
  readonly chatwoot: Chatwoot
  readonly labelBook: LabelBook
  readonly calls: Calls
  readonly polls: Polls
  readonly groupLists: GroupLists
  readonly contactBook: ContactBook
  readonly statuses: Statuses
  readonly channelWatches: ChannelWatches
  readonly linkPreviews: LinkPreviews
  readonly eventLog: EventLog
  readonly webhooks: Webhooks
}
