import type { AppStateChange, AppStateMutation, InboundAppState } from '@switchboard/engine'
import type { EventSource } from '../events/event-source.ts'
import { definePlanner } from '../kit/define-planner.ts'
import { AccountSettingStore } from '../storage/account-setting-store.ts'
import { ChatStore, type ShownAs } from '../storage/chat-store.ts'
import { ContactStore } from '../storage/contact-store.ts'
import type { Database, Statement } from '../storage/database.ts'
import { LabelStore } from '../storage/label-store.ts'
import { MarkStore } from '../storage/mark-store.ts'
import { MessageStore } from '../storage/message-store.ts'

const openStores = (database: Database) => ({
  chats: new ChatStore(database),
  contacts: new ContactStore(database),
  labels: new LabelStore(database),
  marks: new MarkStore(database),
  messages: new MessageStore(database),
  settings: new AccountSettingStore(database),
})

interface Scene {
  readonly deviceId: string
  readonly now: number
  readonly stores: ReturnType<typeof openStores>
}

/** How a change makes a chat look; undefined for one that is about something else. */
function shownAs(change: AppStateChange, at: number): Partial<ShownAs> | undefined {
  switch (change.type) {
    case 'mute':
      return { muted_until: change.muted ? change.until : null }
    case 'pin':
      return { pinned_at: change.value ? at : null }
    case 'archive':
      return { archived: change.value ? 1 : 0 }
    case 'mark_read':
      return { marked_unread: change.read ? 0 : 1 }
    default:
      return undefined
  }
}

/** What a change does to chats, messages, labels and settings. */
function effectOf({ change, at }: AppStateMutation, { deviceId, now, stores }: Scene): Statement[] {
  const { chats, labels, marks, messages, settings } = stores
  switch (change.type) {
    case 'mute':
    case 'pin':
    case 'archive':
    case 'mark_read':
      return [chats.set(deviceId, change.chat.jid, shownAs(change, at || now)!, now)]
    case 'clear':
    case 'delete_chat': {
      const { jid } = change.chat
      const which = { upTo: change.upTo, keepStarred: change.type === 'clear' && change.keepStarred }
      const gone = change.type === 'delete_chat' ? [chats.remove(deviceId, jid, change.upTo)] : []
      return [messages.hide(deviceId, jid, which, now), ...gone, chats.recount(deviceId, jid, now)]
    }
    case 'star': {
      const { chat, id } = change.message
      const about = { device_id: deviceId, chat: chat.jid, message_id: id, kind: 'star', sender: '' } as const
      return [marks.putIfNewer({ ...about, id: '', value: change.starred ? 'starred' : '', at })]
    }
    case 'delete_for_me': {
      const { chat, id } = change.message
      return [messages.hide(deviceId, chat.jid, { id }, now), chats.recount(deviceId, chat.jid, now)]
    }
    case 'label':
      return change.deleted ? labels.delete(deviceId, change, now) : [labels.save(deviceId, change, now)]
    case 'label_chat':
      return [labels.setOnChat(deviceId, change.label, change.chat.jid, change.labeled)]
    case 'label_message':
      return [labels.setOnMessage(deviceId, change.label, change.chat.jid, change.messageId, change.labeled)]
    case 'unarchive_chats':
      return [settings.set(deviceId, 'unarchive_chats', change.value ? '1' : '0')]
    default:
      return []
  }
}

/** People are many at once. */
function contactsOf(mutations: readonly AppStateMutation[], { deviceId, now, stores }: Scene): Statement[] {
  const last = new Map(
    mutations.flatMap(({ change }) => (change.type === 'contact' ? [[change.who.jid, change] as const] : [])),
  )
  const saved = [...last].flatMap(([jid, { saved, fullName, firstName, username }]) =>
    saved ? [{ jid, fullName, firstName, username }] : [],
  )
  const gone = [...last].flatMap(([jid, { saved: isSaved }]) => (isSaved ? [] : [jid]))
  return [
    ...stores.contacts.save(deviceId, saved, now),
    ...saved.flatMap(({ jid, username }) =>
      username ? [stores.contacts.suggestUsername(deviceId, jid, username, now)] : [],
    ),
    ...(gone.length > 0 ? stores.contacts.unsave(deviceId, gone, now) : []),
  ]
}

/** A full list from the beginning: what is not in it is gone. */
function forgotten({ full, collection }: InboundAppState, { deviceId, now, stores }: Scene): Statement[] {
  if (!full?.isFirst) return []
  if (collection === 'critical_unblock_low') return stores.contacts.unsave(deviceId, undefined, now)
  return collection === 'regular' ? stores.labels.clear(deviceId) : []
}

function told({ collection, version, mutations, own, full, at, offline }: InboundAppState): EventSource[] {
  if (own) return []
  const about = { collection, offline }
  const changed = mutations.map(
    (mutation): EventSource => ({
      ...{ kind: 'app_state_changed', ...about, mutation, full: full !== undefined, at: mutation.at || at },
    }),
  )
  if (!full?.isLast) return changed
  return [...changed, { kind: 'app_state_synced', ...about, version, recovered: full.recovered }]
}

/** What the devices of an account share: how chats are shown, labels, saved people, stars, settings. */
export default definePlanner({
  kinds: ['app_state'],
  stores: openStores,
  plan: (scene, item) => ({
    statements: [
      ...forgotten(item, scene),
      ...contactsOf(item.mutations, scene),
      ...item.mutations.flatMap((mutation) => effectOf(mutation, scene)),
    ],
    told: told(item),
  }),
})
