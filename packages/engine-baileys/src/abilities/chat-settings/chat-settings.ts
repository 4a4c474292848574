import { type ChatSettings, isGroupJid, type MarkedMessage, type NewestMessage } from '@switchboard/engine'
import type { SyncActionValueSyncActionMessageRange } from '../../generated/messages.ts'
import { chatAddress } from '../../outbound/chat-address.ts'
import type { SessionContext } from '../../session/session-context.ts'
import type { Acts } from '../define-ability.ts'

type Act<Method extends keyof ChatSettings> = Acts<ChatSettings>[Method]

const flag = (on: boolean): string => (on ? '1' : '0')
const seconds = (millis: number): number => Math.floor(millis / 1000)

/** Who wrote a message, as its key and indexes have it: only in groups, and only for what others wrote. */
const participantOf = async (chat: string, { fromMe, sender }: NewestMessage, context: SessionContext) =>
  isGroupJid(chat) && !fromMe ? await chatAddress(sender, context) : undefined

/** Up to where something reaches: without it, devices that have other messages by then would not agree. */
async function rangeOf(
  chat: string,
  newest: NewestMessage | undefined,
  context: SessionContext,
): Promise<SyncActionValueSyncActionMessageRange> {
  if (!newest) return { lastMessageTimestamp: seconds(context.clock.now()) }
  const participant = await participantOf(chat, newest, context)
  const remoteJid = await chatAddress(chat, context)
  const timestamp = seconds(newest.at)
  const key = { remoteJid, fromMe: newest.fromMe, id: newest.id, ...(participant && { participant }) }
  return { lastMessageTimestamp: timestamp, messages: [{ key, timestamp }] }
}

const indexOf = async ({ chat, ...message }: MarkedMessage, context: SessionContext): Promise<string[]> => [
  await chatAddress(chat, context),
  message.id,
  flag(message.fromMe),
  (await participantOf(chat, message, context)) ?? '0',
]

// Collections, indexes and versions of all that follows were seen in: whatsmeow appstate/encode.go, zapo spec/appstate.

export const markRead: Act<'markRead'> = async ({ context, appState }, chat, read, newest) => {
  const index = ['markChatAsRead', await chatAddress(chat, context)]
  const value = { markChatAsReadAction: { read, messageRange: await rangeOf(chat, newest, context) } }
  await appState.publish('regular_low', [{ index, version: 3, value }])
}

const pinning = (jid: string, pinned: boolean) => ({
  ...{ index: ['pin_v1', jid], version: 5, value: { pinAction: { pinned } } },
})

export const pin: Act<'pin'> = async ({ context, appState }, chat, pinned) =>
  appState.publish('regular_low', [pinning(await chatAddress(chat, context), pinned)])

export const archive: Act<'archive'> = async ({ context, appState }, chat, archived, newest) => {
  const jid = await chatAddress(chat, context)
  const value = { archiveChatAction: { archived, messageRange: await rangeOf(chat, newest, context) } }
  const archiving = { index: ['archive', jid], version: 3, value }
  await appState.publish('regular_low', archived ? [archiving, pinning(jid, false)] : [archiving])
}

export const mute: Act<'mute'> = async ({ context, appState }, chat, until) => {
  const index = ['mute', await chatAddress(chat, context)]
  // The moment when it ends in milliseconds, and not how long it lasts.
  const muteAction = { muted: until !== undefined, ...(until !== undefined && { muteEndTimestamp: until }) }
  await appState.publish('regular_high', [{ index, version: 2, value: { muteAction } }])
}

export const clear: Act<'clear'> = async ({ context, appState }, chat, { keepStarred, deleteMedia }, newest) => {
  const index = ['clearChat', await chatAddress(chat, context), flag(!keepStarred), flag(deleteMedia)]
  const value = { clearChatAction: { messageRange: await rangeOf(chat, newest, context) } }
  await appState.publish('regular_high', [{ index, version: 6, value }])
}

export const deleteChat: Act<'deleteChat'> = async ({ context, appState }, chat, deleteMedia, newest) => {
  const index = ['deleteChat', await chatAddress(chat, context), flag(deleteMedia)]
  const value = { deleteChatAction: { messageRange: await rangeOf(chat, newest, context) } }
  await appState.publish('regular_high', [{ index, version: 6, value }])
}

export const star: Act<'star'> = async ({ context, appState }, message, starred) => {
  const index = ['star', ...(await indexOf(message, context))]
  await appState.publish('regular_high', [{ index, version: 2, value: { starAction: { starred } } }])
}

export const deleteForMe: Act<'deleteForMe'> = async ({ context, appState }, message, deleteMedia) => {
  const index = ['deleteMessageForMe', ...(await indexOf(message, context))]
  const value = { deleteMessageForMeAction: { deleteMedia, messageTimestamp: seconds(message.at) } }
  await appState.publish('regular_high', [{ index, version: 3, value }])
}
