import { z } from 'zod'
import type { PhoneAppState } from '../phone/app-state/phone-app-state.ts'
import type { Phone } from '../phone/phone.ts'
import { ControlError } from './control-error.ts'
import { orRefused } from './phone-refusals.ts'
import { phoneOf } from './request-parts.ts'
import { type Route, routeWithBody } from './route.ts'

const address = z.string().min(1).max(100)
const name = z.string().min(1).max(200)
const id = z.string().min(1).max(128)
const chat = { chat: address }
const message = { chat: address, message_id: id }
const on = z.boolean().default(true)

/** Everything a person can do that reaches all devices of the account, by its name. */
const change = z.discriminatedUnion('action', [
  z.strictObject({
    ...{ action: z.literal('mute'), ...chat },
    until: z.union([z.int(), z.literal('forever'), z.null()]).describe('World time, milliseconds; null unmutes'),
  }),
  z.strictObject({ action: z.literal('pin'), ...chat, on }),
  z.strictObject({ action: z.literal('archive'), ...chat, on }),
  z.strictObject({ action: z.literal('mark_read'), ...chat, on: on.describe('False marks it as unread') }),
  z.strictObject({ action: z.literal('lock'), ...chat, on }),
  z.strictObject({
    ...{ action: z.literal('clear'), ...chat },
    ...{ keep_starred: z.boolean().optional(), delete_media: z.boolean().optional() },
  }),
  z.strictObject({ action: z.literal('delete'), ...chat, delete_media: z.boolean().optional() }),
  z.strictObject({ action: z.literal('star'), ...message, on }),
  z.strictObject({ action: z.literal('delete_for_me'), ...message, delete_media: z.boolean().optional() }),
  z.strictObject({
    ...{ action: z.literal('edit_label'), label: id, name },
    ...{ color: z.int().min(0).max(19).optional(), deleted: z.boolean().optional() },
  }),
  z.strictObject({ action: z.literal('label_chat'), label: id, ...chat, on }),
  z.strictObject({ action: z.literal('label_message'), label: id, ...message, on }),
  z.strictObject({
    action: z.literal('save_contact'),
    person: address,
    full_name: name,
    first_name: name.optional(),
  }),
  z.strictObject({ action: z.literal('remove_contact'), person: address }),
  z.strictObject({ action: z.literal('mute_status'), person: address, on }),
  z.strictObject({ action: z.literal('unarchive_chats'), on }),
  z.strictObject({ action: z.literal('locale'), locale: name }),
  z.strictObject({ action: z.literal('time_format'), twenty_four_hours: z.boolean() }),
  z.strictObject({ action: z.literal('link_previews'), on }),
  z.strictObject({
    ...{ action: z.literal('quick_reply'), reply: id, shortcut: name, message: z.string().max(65_536) },
    deleted: z.boolean().optional(),
  }),
  z
    .strictObject({ action: z.literal('tell_number'), person: address })
    .describe('Which number is behind the hidden id of somebody'),
  z
    .strictObject({ action: z.literal('contact_salt'), on })
    .describe('A new salt, with which linked devices derive tokens for people who gave them none; false: none'),
])
type Change = z.output<typeof change>

export const appStateRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/phones/{id}/app-state',
    summary: 'Shows what the devices of the account share: labels, contacts, settings',
    answer: '`{labels, contacts, settings, versions}`',
    run: (request) => appStateView(phoneOf(request)),
  },
  {
    method: 'GET',
    path: '/phones/{id}/app-state/{collection}',
    summary: 'Fetches a collection as a newly linked client does, and checks every MAC of it',
    answer: '`{version, records}`',
    run: (request) => {
      const name = request.params['collection'] ?? ''
      if (!collections.includes(name)) throw new ControlError(404, 'not_found', `there is no collection ${name}`)
      return orRefused(() => phoneOf(request).appState.checkSnapshot(name))
    },
  },
  {
    method: 'GET',
    path: '/phones/{id}/chats/{jid}',
    summary: 'Shows how the phone shows a chat: muted, pinned, archived, marked as unread, locked, labels',
    run: async (request) => {
      const jid = request.params['jid'] ?? ''
      return orRefused(() => chatView(phoneOf(request).appState, jid))
    },
  },
  routeWithBody({
    method: 'POST',
    path: '/phones/{id}/app-state',
    summary: 'Does something that reaches all devices of the account: mute, pin, archive, star, label, …',
    body: change,
    answer: '`{action}`, once the server took it',
    run: async (request) => {
      await orRefused(() => apply(phoneOf(request).appState, request.body))
      return { action: request.body.action }
    },
  }),
]

async function apply(state: PhoneAppState, wish: Change): Promise<void> {
  switch (wish.action) {
    case 'mute':
      return state.mute(wish.chat, wish.until ?? undefined)
    case 'pin':
      return state.pin(wish.chat, wish.on)
    case 'archive':
      return state.archive(wish.chat, wish.on)
    case 'mark_read':
      return state.markRead(wish.chat, wish.on)
    case 'lock':
      return state.lock(wish.chat, wish.on)
    case 'clear':
      return state.clear(wish.chat, {
        keepStarred: wish.keep_starred ?? false,
        deleteMedia: wish.delete_media ?? false,
      })
    case 'delete':
      return state.delete(wish.chat, wish.delete_media)
    default:
      return applyElsewhere(state, wish)
  }
}

type Elsewhere = Exclude<
  Change,
  { chat: string; action: 'mute' | 'pin' | 'archive' | 'mark_read' | 'lock' | 'clear' | 'delete' }
>

/** What is about messages, labels, people and settings. */
async function applyElsewhere(state: PhoneAppState, wish: Elsewhere): Promise<void> {
  switch (wish.action) {
    case 'star':
      return state.star(wish.chat, wish.message_id, wish.on)
    case 'delete_for_me':
      return state.deleteForMe(wish.chat, wish.message_id, wish.delete_media)
    case 'edit_label':
      return state.editLabel(wish.label, { name: wish.name, color: wish.color ?? 0, deleted: wish.deleted ?? false })
    case 'label_chat':
      return state.labelChat(wish.label, wish.chat, wish.on)
    case 'label_message':
      return state.labelMessage(wish.label, wish.chat, wish.message_id, wish.on)
    case 'save_contact': {
      const { full_name: fullName, first_name: firstName } = wish
      return state.saveContact(wish.person, { fullName, ...(firstName === undefined ? {} : { firstName }) })
    }
    case 'remove_contact':
      return state.removeContact(wish.person)
    case 'mute_status':
      return state.muteStatus(wish.person, wish.on)
    case 'unarchive_chats':
      return state.setUnarchiveChats(wish.on)
    case 'locale':
      return state.setLocale(wish.locale)
    case 'time_format':
      return state.setTimeFormat(wish.twenty_four_hours)
    case 'link_previews':
      return state.setLinkPreviews(wish.on)
    case 'quick_reply': {
      const { reply, shortcut, message: text, deleted = false } = wish
      return state.quickReply(reply, { shortcut, message: text, deleted })
    }
    case 'contact_salt':
      return state.renewContactSalt(wish.on)
    case 'tell_number':
      return state.tellNumber(wish.person)
  }
}

const collections = ['critical_block', 'critical_unblock_low', 'regular_high', 'regular', 'regular_low']

function appStateView({ appState }: Phone): Record<string, unknown> {
  const { unarchiveChats, locale, twentyFourHours, linkPreviewsDisabled, quickReplies } = appState.settings()
  return {
    labels: appState.labels(),
    contacts: appState.contacts().map(({ jid, fullName, firstName }) => ({
      ...{ jid, full_name: fullName, first_name: firstName },
    })),
    settings: {
      ...{ unarchive_chats: unarchiveChats, locale: locale ?? null, twenty_four_hours: twentyFourHours ?? null },
      ...{ link_previews: !linkPreviewsDisabled, quick_replies: quickReplies },
    },
    versions: Object.fromEntries(collections.map((collection) => [collection, appState.versionOf(collection)])),
  }
}

function chatView(appState: PhoneAppState, jid: string): Record<string, unknown> {
  const { mutedUntil, pinned, archived, markedUnread, locked, labels } = appState.chat(jid)
  const muted_until = mutedUntil === undefined ? null : mutedUntil < 0 ? 'forever' : mutedUntil
  const status_muted = /@(s\.whatsapp\.net|lid)$|^\d+$/.test(jid) && appState.isStatusMuted(jid)
  return { muted_until, pinned, archived, marked_unread: markedUnread, locked, labels, status_muted }
}
