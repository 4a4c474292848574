import type { AppStateRecord } from './app-state-record.ts'

/** How a phone shows a chat. */
export interface ChatSettings {
  /** World time, ms; -1 without end; undefined when it rings. */
  readonly mutedUntil: number | undefined
  readonly pinned: boolean
  readonly archived: boolean
  /** Marked as unread by hand. */
  readonly markedUnread: boolean
  readonly locked: boolean
  /** Ids of its labels. */
  readonly labels: readonly string[]
}

export interface Label {
  readonly id: string
  readonly name: string
  readonly color: number
}

export interface SavedContact {
  /** Phone-number JID. */
  readonly jid: string
  readonly fullName: string
  readonly firstName: string
}

export interface AccountSettings {
  readonly unarchiveChats: boolean
  readonly locale: string | undefined
  readonly twentyFourHours: boolean | undefined
  readonly linkPreviewsDisabled: boolean
  /** Messages by shortcut. */
  readonly quickReplies: Readonly<Record<string, string>>
}

type Records = readonly AppStateRecord[]

/** The records about one action, newest last. Clients may write one action into different collections, and a chat under either of its addresses. */
function about(records: Records, name: string, matches: (index: readonly string[]) => boolean): AppStateRecord[] {
  const found = records.filter(({ index }) => index[0] === name && matches(index))
  return found.sort((one, other) => (one.value.timestamp ?? 0) - (other.value.timestamp ?? 0))
}

/** @param isChat whether a JID of an index is that chat */
export function chatSettings(records: Records, isChat: (jid: string) => boolean): ChatSettings {
  const latest = (name: string) => about(records, name, (index) => isChat(index[1] ?? '')).at(-1)?.value
  const mute = latest('mute')?.muteAction
  const pin = latest('pin_v1')
  const archive = latest('archive')
  const archived = archive?.archiveChatAction?.archived ?? false
  return {
    mutedUntil: mute?.muted ? (mute.muteEndTimestamp ?? -1) : undefined,
    pinned: pin?.pinAction?.pinned ?? false,
    archived,
    markedUnread: latest('markChatAsRead')?.markChatAsReadAction?.read === false,
    locked: latest('lock')?.lockChatAction?.locked ?? false,
    labels: labelsOf(about(records, 'label_jid', (index) => isChat(index[2] ?? ''))),
  }
}

export function messageMarks(
  records: Records,
  isMessage: (chat: string, id: string) => boolean,
): { starred: boolean; deletedForMe: boolean; labels: readonly string[] } {
  const named = (index: readonly string[]) => isMessage(index[1] ?? '', index[2] ?? '')
  return {
    starred: about(records, 'star', named).at(-1)?.value.starAction?.starred ?? false,
    deletedForMe: about(records, 'deleteMessageForMe', named).length > 0,
    labels: labelsOf(about(records, 'label_message', (index) => isMessage(index[2] ?? '', index[3] ?? ''))),
  }
}

function labelsOf(records: readonly AppStateRecord[]): string[] {
  const on = new Map(records.map(({ index, value }) => [index[1] ?? '', value.labelAssociationAction?.labeled]))
  return [...on].flatMap(([id, labeled]) => (labeled ? [id] : []))
}

/** Labels that were not deleted. */
export function labels(records: Records): Label[] {
  return about(records, 'label_edit', () => true).flatMap(({ index, value: { labelEditAction: label } }) =>
    label && !label.deleted ? [{ id: index[1] ?? '', name: label.name ?? '', color: label.color ?? 0 }] : [],
  )
}

export function savedContacts(records: Records): SavedContact[] {
  return about(records, 'contact', () => true).map(({ index, value: { contactAction: contact } }) => ({
    jid: index[1] ?? '',
    fullName: contact?.fullName ?? '',
    firstName: contact?.firstName ?? '',
  }))
}

export function isStatusMuted(records: Records, isPerson: (jid: string) => boolean): boolean {
  const latest = about(records, 'userStatusMute', (index) => isPerson(index[1] ?? '')).at(-1)
  return latest?.value.userStatusMuteAction?.muted ?? false
}

export function accountSettings(records: Records): AccountSettings {
  const latest = (name: string) => about(records, name, () => true).at(-1)?.value
  const replies = about(records, 'quick_reply', () => true).flatMap(({ value: { quickReplyAction: reply } }) =>
    reply && !reply.deleted ? [[reply.shortcut ?? '', reply.message ?? ''] as const] : [],
  )
  return {
    unarchiveChats: latest('setting_unarchiveChats')?.unarchiveChatsSetting?.unarchiveChats ?? false,
    locale: latest('setting_locale')?.localeSetting?.locale,
    twentyFourHours: latest('time_format')?.timeFormatAction?.isTwentyFourHourFormatEnabled,
    linkPreviewsDisabled:
      latest('setting_disableLinkPreviews')?.privacySettingDisableLinkPreviewsAction?.isPreviewsDisabled ?? false,
    quickReplies: Object.fromEntries(replies),
  }
}

/** Whether a message is gone from this phone's sight: deleted for oneself, or of a chat that was cleared or deleted after it came. */
export function isHidden(
  records: Records,
  message: { id: string; at: number },
  isChat: (jid: string) => boolean,
): boolean {
  if (records.length === 0) return false
  const marks = messageMarks(records, (chat, id) => isChat(chat) && id === message.id)
  if (marks.deletedForMe) return true
  const cleared = about(records, 'clearChat', (index) => isChat(index[1] ?? ''))
  if (cleared.some(({ index, value }) => value.timestamp! >= message.at && !(index[2] === '0' && marks.starred))) {
    return true
  }
  return about(records, 'deleteChat', (index) => isChat(index[1] ?? '')).some(
    ({ value }) => value.timestamp! >= message.at,
  )
}
