import type { SyncActionMessageRange } from '../../wire/proto/index.ts'
import type { AppStateChange } from './app-state-patch.ts'

/** A change, and the collection that it belongs to. */
export interface AppStateAction extends AppStateChange {
  readonly collection: string
}

/** Names a message in an index. */
export interface ActionMessage {
  readonly id: string
  readonly fromMe: boolean
  /** JID of the author, where a chat has several. */
  readonly participant?: string
}

/** What a person can do in the app that reaches all devices of the account. Collections, indexes and versions seen in two clients: whatsmeow appstate/encode.go
 *  and appstate/keys.go, baileys chat-utils.js chatModificationToAppPatch; where they differ (star: whatsmeow regular_high, baileys regular_low)
 *  the former; what neither writes is read by both or one (processSyncAction). */
export const actions = {
  /** @param end ms; -1 without end; undefined unmutes */
  mute: (chat: string, end: number | undefined): AppStateAction =>
    action('regular_high', 2, ['mute', chat], {
      muteAction: { muted: end !== undefined, ...(end === undefined ? {} : { muteEndTimestamp: end }) },
    }),
  pin: (chat: string, pinned: boolean): AppStateAction =>
    action('regular_low', 5, ['pin_v1', chat], { pinAction: { pinned } }),
  archive: (chat: string, archived: boolean, messageRange: SyncActionMessageRange): AppStateAction =>
    action('regular_low', 3, ['archive', chat], { archiveChatAction: { archived, messageRange } }),
  markRead: (chat: string, read: boolean, messageRange: SyncActionMessageRange): AppStateAction =>
    action('regular_low', 3, ['markChatAsRead', chat], { markChatAsReadAction: { read, messageRange } }),
  lock: (chat: string, locked: boolean): AppStateAction =>
    action('regular_low', 7, ['lock', chat], { lockChatAction: { locked } }),
  clear: (
    chat: string,
    how: { keepStarred: boolean; deleteMedia: boolean },
    messageRange: SyncActionMessageRange,
  ): AppStateAction =>
    action('regular_high', 6, ['clearChat', chat, flag(!how.keepStarred), flag(how.deleteMedia)], {
      clearChatAction: { messageRange },
    }),
  deleteChat: (chat: string, deleteMedia: boolean, messageRange: SyncActionMessageRange): AppStateAction =>
    action('regular_high', 6, ['deleteChat', chat, flag(deleteMedia)], { deleteChatAction: { messageRange } }),
  star: (chat: string, message: ActionMessage, starred: boolean): AppStateAction =>
    action('regular_high', 2, ['star', chat, ...messageIndex(message)], { starAction: { starred } }),
  /** @param sentAt seconds */
  deleteForMe: (chat: string, message: ActionMessage, deleteMedia: boolean, sentAt: number): AppStateAction =>
    action('regular_high', 3, ['deleteMessageForMe', chat, ...messageIndex(message)], {
      deleteMessageForMeAction: { deleteMedia, messageTimestamp: sentAt },
    }),
  editLabel: (id: string, label: { name: string; color: number; deleted: boolean }): AppStateAction =>
    action('regular', 3, ['label_edit', id], { labelEditAction: label }),
  labelChat: (id: string, chat: string, labeled: boolean): AppStateAction =>
    action('regular', 3, ['label_jid', id, chat], { labelAssociationAction: { labeled } }),
  labelMessage: (id: string, chat: string, messageId: string, labeled: boolean): AppStateAction =>
    action('regular', 3, ['label_message', id, chat, messageId, '0', '0'], { labelAssociationAction: { labeled } }),
  /** @param pn phone-number JID: contacts are the one thing that is indexed by it */
  contact: (
    pn: string,
    contact: { fullName: string; firstName: string; lidJid: string; username?: string },
  ): AppStateAction =>
    action('critical_unblock_low', 2, ['contact', pn], {
      contactAction: { ...contact, saveOnPrimaryAddressbook: true },
    }),
  removeContact: (pn: string): AppStateAction => ({
    ...action('critical_unblock_low', 2, ['contact', pn], { contactAction: {} }),
    remove: true,
  }),
  unarchiveChats: (unarchiveChats: boolean): AppStateAction =>
    action('regular_low', 4, ['setting_unarchiveChats'], { unarchiveChatsSetting: { unarchiveChats } }),
  muteStatus: (who: string, muted: boolean): AppStateAction =>
    action('regular_high', 7, ['userStatusMute', who], { userStatusMuteAction: { muted } }),
  locale: (locale: string): AppStateAction =>
    action('critical_block', 3, ['setting_locale'], { localeSetting: { locale } }),
  timeFormat: (isTwentyFourHourFormatEnabled: boolean): AppStateAction =>
    action('regular_low', 7, ['time_format'], { timeFormatAction: { isTwentyFourHourFormatEnabled } }),
  disableLinkPreviews: (isPreviewsDisabled: boolean): AppStateAction =>
    action('regular', 8, ['setting_disableLinkPreviews'], {
      privacySettingDisableLinkPreviewsAction: { isPreviewsDisabled },
    }),
  pnForLid: (lid: string, pnJid: string): AppStateAction =>
    action('regular', 8, ['pnForLidChat', lid], { pnForLidChatAction: { pnJid } }),
  contactSalt: (salt: Uint8Array | undefined): AppStateAction => ({
    ...action('regular_high', 1, ['nct_salt_sync'], salt ? { nctSaltSyncAction: { salt } } : {}),
    ...(salt ? {} : { remove: true }),
  }),
  quickReply: (id: string, reply: { shortcut: string; message: string; deleted: boolean }): AppStateAction =>
    action('regular', 2, ['quick_reply', id], { quickReplyAction: { ...reply, keywords: [], count: 0 } }),
}

function action(
  collection: string,
  version: number,
  index: readonly string[],
  value: AppStateAction['value'],
): AppStateAction {
  return { collection, version, index, value }
}

function messageIndex({ id, fromMe, participant }: ActionMessage): string[] {
  return [id, flag(fromMe), participant ?? '0']
}

function flag(on: boolean): string {
  return on ? '1' : '0'
}
