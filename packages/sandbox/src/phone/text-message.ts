import { formatJid } from '../wire/jid.ts'
import type { ContextInfo, Message } from '../wire/proto/index.ts'
import type { Account } from '../world/account.ts'
import { type Addressing, accountJid } from '../world/address.ts'
import type { PhoneContext } from './phone-context.ts'

export interface OutgoingText {
  readonly text: string
  /** Id of the message that this one answers. */
  readonly quoted?: string
  readonly addressing?: Addressing
}

/** A text as phones send it: plain, or with what it answers. @throws Error when the quoted message is not in this chat */
export function textMessage(ctx: PhoneContext, chat: Account, what: OutgoingText): Message {
  if (what.quoted === undefined) return { conversation: what.text }
  return { extendedTextMessage: { text: what.text, contextInfo: quote(ctx, chat, what.quoted) } }
}

function quote(ctx: PhoneContext, chat: Account, id: string): ContextInfo {
  const lid = formatJid(accountJid(chat, 'lid'))
  const entry = ctx.chats.find(lid, false, id) ?? ctx.chats.find(lid, true, id)
  if (!entry) throw new Error(`there is no message ${id} to quote in this chat`)
  const participant = accountJid(entry.fromMe ? ctx.account : chat, entry.addressing)
  return { stanzaId: id, participant: formatJid(participant), quotedMessage: entry.message }
}
