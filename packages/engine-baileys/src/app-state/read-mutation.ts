import type { Address, AppStateChange, AppStateMutation, NamedMessage } from '@switchboard/engine'
import { unknownFields } from '@switchboard/link/proto'
import type {
  SyncActionValue,
  SyncActionValueLidContactAction,
  SyncActionValueSyncActionMessageRange,
} from '../generated/messages.ts'
import { addressOf } from '../inbound/message-envelope.ts'
import type { AddressBook } from '../signal/address-book.ts'
import { isKnownIndex, isSecretIndex } from './known-indexes.ts'
import type { OpenedMutation } from './open-patch.ts'

/** A record that is being read: the words of its index behind the first, and what it holds; nothing when it was taken away. */
interface Reading {
  readonly words: readonly string[]
  readonly value: SyncActionValue
  readonly removed: boolean
  readonly at: number
  address(jid: string | undefined, alt?: string): Promise<Address>
}

type Read = (record: Reading) => Promise<AppStateChange | undefined>

const flag = (word: string | undefined): boolean => word === '1'

/** Clients write seconds; milliseconds are met too. */
const millis = (time: number): number => (time > 100_000_000_000 ? time : time * 1000 + 999)

const newestIn = (range: SyncActionValueSyncActionMessageRange | undefined, otherwise: number): number => {
  const times = [range?.lastMessageTimestamp ?? 0, ...(range?.messages ?? []).map(({ timestamp }) => timestamp ?? 0)]
  const newest = Math.max(...times)
  return newest > 0 ? millis(newest) : otherwise
}

const named = async ({ words: [chat, id, fromMe, sender], address }: Reading): Promise<NamedMessage> => ({
  ...{ chat: await address(chat), id: id ?? '', fromMe: flag(fromMe) },
  ...(sender && sender !== '0' && !flag(fromMe) && { sender: await address(sender) }),
})

/** What a person was saved as; nothing when they were taken away. */
const savedAs = ({ fullName = '', firstName = '', username }: SyncActionValueLidContactAction = {}) => ({
  ...{ fullName, firstName },
  ...(username && { username }),
})

/** What each index means that means something here. Indexes and fields seen in: whatsmeow appstate.go `dispatchAppState`, zapo spec/appstate. */
const readers: Readonly<Record<string, Read>> = {
  mute: async ({ words, value, address }) => {
    const { muted = false, muteEndTimestamp = -1 } = value.muteAction ?? {}
    const until = muteEndTimestamp > 0 ? muteEndTimestamp : -1
    return { type: 'mute', chat: await address(words[0]), muted, until }
  },
  pin_v1: async ({ words, value, address }) => ({
    ...{ type: 'pin', chat: await address(words[0]), value: value.pinAction?.pinned ?? false },
  }),
  archive: async ({ words, value, address }) => ({
    ...{ type: 'archive', chat: await address(words[0]), value: value.archiveChatAction?.archived ?? false },
  }),
  lock: async ({ words, value, address }) => ({
    ...{ type: 'lock', chat: await address(words[0]), value: value.lockChatAction?.locked ?? false },
  }),
  markChatAsRead: async ({ words, value, removed, address }) => ({
    ...{
      type: 'mark_read',
      chat: await address(words[0]),
      read: removed || (value.markChatAsReadAction?.read ?? false),
    },
  }),
  clearChat: async ({ words, value, removed, at, address }) =>
    removed
      ? undefined
      : {
          type: 'clear',
          chat: await address(words[0]),
          upTo: newestIn(value.clearChatAction?.messageRange, at),
          keepStarred: words[1] === '0',
          deleteMedia: flag(words[2]),
        },
  deleteChat: async ({ words, value, removed, at, address }) =>
    removed
      ? undefined
      : {
          type: 'delete_chat',
          chat: await address(words[0]),
          upTo: newestIn(value.deleteChatAction?.messageRange, at),
          // Some clients leave the word out.
          deleteMedia: flag(words[1]),
        },
  star: async (record) => ({
    ...{ type: 'star', message: await named(record), starred: record.value.starAction?.starred ?? false },
  }),
  deleteMessageForMe: async (record) =>
    record.removed
      ? undefined
      : {
          type: 'delete_for_me',
          message: await named(record),
          deleteMedia: record.value.deleteMessageForMeAction?.deleteMedia ?? false,
        },
  label_edit: async ({ words, value, removed }) => {
    const { name = '', color = 0, deleted = false } = value.labelEditAction ?? {}
    return { type: 'label', id: words[0] ?? '', name, color, deleted: removed || deleted }
  },
  label_jid: async ({ words, value, address }) => ({
    ...{ type: 'label_chat', label: words[0] ?? '', chat: await address(words[1]) },
    labeled: value.labelAssociationAction?.labeled ?? false,
  }),
  label_message: async ({ words, value, address }) => ({
    ...{ type: 'label_message', label: words[0] ?? '', chat: await address(words[1]), messageId: words[2] ?? '' },
    labeled: value.labelAssociationAction?.labeled ?? false,
  }),
  contact: async ({ words, value, removed, address }) => {
    const { lidJid, pnJid } = value.contactAction ?? {}
    const who = await address(words[0], lidJid ?? pnJid)
    return { type: 'contact', who, saved: !removed, ...savedAs(value.contactAction) }
  },
  lid_contact: async ({ words, value, removed, address }) => {
    return { type: 'contact', who: await address(words[0]), saved: !removed, ...savedAs(value.lidContactAction) }
  },
  setting_pushName: async ({ value }) =>
    value.pushNameSetting?.name ? { type: 'push_name', name: value.pushNameSetting.name } : undefined,
  setting_unarchiveChats: async ({ value }) => ({
    ...{ type: 'unarchive_chats', value: value.unarchiveChatsSetting?.unarchiveChats ?? false },
  }),
  userStatusMute: async ({ words, value, address }) => ({
    ...{ type: 'status_mute', who: await address(words[0]), muted: value.userStatusMuteAction?.muted ?? false },
  }),
  pnForLidChat: async ({ words, value, address }) =>
    value.pnForLidChatAction?.pnJid
      ? { type: 'address', who: await address(words[0], value.pnForLidChatAction.pnJid) }
      : undefined,
}

/** An index as words. One that is no list of texts stands as it is: no client may spoil a collection for others by it. */
function wordsOf(bytes: Uint8Array | undefined): string[] {
  const text = Buffer.from(bytes ?? []).toString()
  try {
    const words: unknown = JSON.parse(text)
    if (Array.isArray(words) && words.length > 0) return words.map(String)
  } catch {
    // Told as it is.
  }
  return [text]
}

/** What a mutation says, for the port. */
export async function readMutation({ operation, data }: OpenedMutation, book: AddressBook): Promise<AppStateMutation> {
  const [index, removed] = [wordsOf(data.index), operation === 'remove']
  const [name = '', ...words] = index
  const value = removed ? {} : (data.value ?? {})
  const at = data.value?.timestamp ?? 0
  const address = (jid = '', alt?: string) => addressOf(jid, alt, book)
  const change = await readers[name]?.({ words, value, removed, at, address })
  const action = isSecretIndex(name) ? undefined : actionOf(value)
  return {
    ...{ index, removed, at, change: change ?? { type: 'other', known: isKnownIndex(name) } },
    ...(action && { action }),
  }
}

/** The one field of a record that says what it is about; as it came when nobody knows it. */
function actionOf(value: SyncActionValue): Record<string, unknown> | undefined {
  const { timestamp: _, ...fields } = value
  const [named] = Object.values(fields)
  if (named instanceof Uint8Array) return { raw: Buffer.from(named).toString('base64') }
  if (named !== undefined && typeof named === 'object') return plain(named) as Record<string, unknown>
  const unknown = value[unknownFields]
  return unknown && { raw: Buffer.concat(unknown).toString('base64') }
}

/** Names that the contract has in another form. */
const renamed: Readonly<Record<string, string>> = { predefinedId: 'predefinedID', muteEndTimeMs: 'muteEndTimeMS' }

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  return Object.fromEntries(entries.map(([name, each]) => [renamed[name] ?? name, plain(each)]))
}
