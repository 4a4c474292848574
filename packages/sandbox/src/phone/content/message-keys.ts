import { formatJid, parseJid } from '../../wire/jid.ts'
import type { ContextInfo, MessageKey } from '../../wire/proto/index.ts'
import type { Account } from '../../world/account.ts'
import { accountJid } from '../../world/address.ts'
import type { ChatEntry } from '../chat-log.ts'
import { NotThere } from '../not-there.ts'
import type { PhoneContext } from '../phone-context.ts'
import type { ComposeScene } from './content-kind.ts'

/** The message of that id in a chat, whoever wrote it. */
export function entryIn(ctx: PhoneContext, chatLid: string, id: string | undefined): ChatEntry | undefined {
  if (!id) return undefined
  return ctx.chats.find(chatLid, false, id) ?? ctx.chats.find(chatLid, true, id)
}

/** @throws Error when it is not in this chat */
export function entryOf(scene: ComposeScene, id: string): ChatEntry {
  const entry = entryIn(scene.ctx, scene.chatLid, id)
  if (!entry) throw new NotThere(`there is no message ${id} in this chat`)
  return entry
}

/** Names a message to others, seen from this phone. In groups the author goes along, unless it is this person. */
export function keyOf(scene: ComposeScene, entry: ChatEntry): MessageKey {
  const { person, addressing, chatLid, ctx } = scene
  const { id, fromMe } = entry
  if (person) return { remoteJid: formatJid(accountJid(person, addressing)), fromMe, id }
  return {
    remoteJid: chatLid,
    fromMe,
    id,
    ...(fromMe ? {} : { participant: formatJid(accountJid(authorOf(ctx, entry), entry.addressing)) }),
  }
}

/** What an answer says of the message that it answers. */
export function quoteOf(scene: ComposeScene, id: string): ContextInfo {
  const entry = entryOf(scene, id)
  const participant = formatJid(accountJid(authorOf(scene.ctx, entry), entry.addressing))
  return { stanzaId: id, participant, quotedMessage: entry.message }
}

/** Who wrote a message. @throws Error when that person is gone */
export function authorOf(ctx: PhoneContext, entry: ChatEntry): Account {
  const account = entry.fromMe ? ctx.account : ctx.world.account(entry.sender)
  if (!account) throw new NotThere(`nobody in this world is ${entry.sender}`)
  return account
}

/** JID of whoever wrote a message, as the message names them; undefined when that person is gone. */
export function authorJid({ world }: PhoneContext, { sender, addressing }: ChatEntry): string | undefined {
  const author = world.account(sender)
  return author && formatJid(accountJid(author, addressing))
}

/** Phone-number JID of whoever wrote a message, without device: how the log names people. */
export function authorName(ctx: PhoneContext, entry: ChatEntry): string {
  return formatJid(accountJid(authorOf(ctx, entry), 'pn'))
}

/** JIDs (of either kind) or phone numbers, as a message in this chat names people. @throws Error for somebody who does not exist */
export function mentionedIn(scene: ComposeScene, who: readonly string[]): string[] {
  return who.map((one) => {
    const account = scene.ctx.world.account(parseJid(one) ?? one.replace(/^\+/, ''))
    if (!account) throw new NotThere(`nobody in this world is ${one}`)
    return formatJid(accountJid(account, scene.addressing))
  })
}
