import { formatJid } from '../../wire/jid.ts'
import type { ContextInfo, Message } from '../../wire/proto/index.ts'
import { accountJid } from '../../world/address.ts'
import type { ChatEntry } from '../chat-log.ts'
import type { GroupLine } from './group-line.ts'
import type { GroupView } from './group-view.ts'

export interface GroupText {
  readonly text: string
  /** Id of the message that this one answers. */
  readonly quoted?: string
  /** JIDs or phone numbers of those who are mentioned. */
  readonly mentions?: readonly string[]
}

interface Where {
  info(): Promise<GroupView>
  message(id: string): ChatEntry
}

/** A text as message content; people in it are named as the group names them. @throws Error for an unknown quote or person */
export async function groupTextMessage(group: Where, line: GroupLine, what: GroupText): Promise<Message> {
  const { text, quoted, mentions = [] } = what
  if (quoted === undefined && mentions.length === 0) return { conversation: text }
  const { addressing } = await group.info()
  const mentionedJid = mentions.map((who) => formatJid(accountJid(line.person(who), addressing)))
  const quote = quoted === undefined ? {} : quoteOf(line, group.message(quoted))
  return { extendedTextMessage: { text, contextInfo: { ...quote, ...(mentions.length > 0 ? { mentionedJid } : {}) } } }
}

function quoteOf(line: GroupLine, entry: ChatEntry): ContextInfo {
  const participant = formatJid(accountJid(line.person(entry.sender), entry.addressing))
  return { stanzaId: entry.id, participant, quotedMessage: entry.message }
}
