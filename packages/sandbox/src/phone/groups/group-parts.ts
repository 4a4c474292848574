import type { WireNode } from '../../wire/node.ts'
import type { Message } from '../../wire/proto/index.ts'
import type { ChatEntry } from '../chat-log.ts'
import type { DirectOutbox } from '../direct-outbox.ts'
import type { Inbox } from '../inbox.ts'
import type { PhoneContext } from '../phone-context.ts'
import type { PhoneWaits } from '../phone-waits.ts'
import type { RetryRequests } from '../retry-requests.ts'
import type { GroupLine } from './group-line.ts'
import type { GroupOutbox } from './group-outbox.ts'

/** An invitation to one person. */
export interface GroupInvite {
  /** JID of the group. */
  readonly group: string
  readonly code: string
  readonly expiresAtSeconds: number
  /** JID of the one who invites. */
  readonly admin: string
}

export interface GroupParts {
  readonly inbox: Inbox
  readonly outbox: DirectOutbox
  readonly retryRequests: RetryRequests
  readonly until: PhoneWaits
  /** Sends a message to one person. */
  sendTo(who: string, message: Message): Promise<ChatEntry>
  /** Whether the phone is switched on: if not, what is written waits. */
  isOn(): boolean
}

/** What one group takes of all that the phone does in groups. @typeParam Group what stands for one group */
export interface GroupHome<Group> {
  readonly line: GroupLine
  readonly outbox: GroupOutbox
  readonly ctx: PhoneContext
  readonly parts: GroupParts
  /** The group that an answer lets this person into, or lets them wait for. */
  joined(answer: WireNode): { group: Group; waiting: boolean }
}
