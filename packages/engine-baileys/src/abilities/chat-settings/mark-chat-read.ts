import { EngineError, isGroupJid, type NewestMessage } from '@switchboard/engine'
import { chatAddress } from '../../outbound/chat-address.ts'
import type { AbilityParts } from '../ability-parts.ts'

/** Writes the setting into the account's app state: action `markChatAsRead` of the collection `regular_low` (seen in: baileys chat-utils.js
 *  `chatModificationToAppPatch`, whatsmeow appstate/encode.go `BuildMarkChatAsRead`). */
export async function markChatRead(
  { context, modifyChat }: AbilityParts,
  chat: string,
  read: boolean,
  { id, fromMe, sender, at }: NewestMessage,
): Promise<void> {
  if (!context.creds.myAppStateKeyId) throw new EngineError('timeout', 'the phone has not shared its keys yet')
  const remoteJid = await chatAddress(chat, context)
  const participant = isGroupJid(chat) && !fromMe ? await chatAddress(sender, context) : undefined
  const key = { remoteJid, fromMe, id, ...(participant ? { participant } : {}) }
  const lastMessages = [{ key, messageTimestamp: Math.floor(at / 1000) }]
  await modifyChat({ markRead: read, lastMessages }, remoteJid)
}
