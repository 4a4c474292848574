import { isGroupJid } from '@switchboard/engine'
import type { z } from 'zod'
import type { Chat as ListedChat } from '../../chats/chat-list.ts'
import type { StoredMessage } from '../../messages/messages.ts'
import type { Chat } from '../../schemas/chat.ts'
import { contentOf } from '../../schemas/content.ts'
import type { Message } from '../../schemas/message.ts'
import { people, person } from '../../schemas/person.ts'
import { knownTime } from '../../schemas/sent-message.ts'

/** Where the file of a message is, with a link that begins as the caller reached this API. */
const placeOf = ({ media }: StoredMessage, baseUrl: string) =>
  media && { ...media, url: new URL(media.url, baseUrl).href }

/** A stored message as answers show it. @param baseUrl address of this API as the caller reached it */
export const messageView = (message: StoredMessage, baseUrl: string): z.input<typeof Message> => ({
  message_id: message.id,
  ...person('chat_jid', message.chat),
  ...person('from', message.sender),
  is_from_me: message.fromMe,
  type: message.type,
  text: message.text,
  timestamp: message.source === 'sent' ? message.createdAt : (message.sentAt ?? message.createdAt),
  created_at: message.createdAt,
  sent_at: message.sentAt,
  send_at: message.sendAt === null ? null : (knownTime(message.sendAt) ?? null),
  status: message.state,
  reason: message.stateReason,
  push_name: message.pushName,
  from_username: message.username,
  quoted_message_id: message.quoted?.id ?? null,
  ...person('quoted_sender', message.quoted?.sender),
  ...people('mentions', message.mentions.length > 0 ? message.mentions : undefined),
  edited_at: message.editedAt,
  deleted_at: message.deleted?.at ?? null,
  ...person('deleted_by', message.deleted?.by),
  reactions: message.reactions.map(({ emoji, sender, at }) => ({ emoji, ...person('sender', sender), at })),
  event_responses:
    message.type === 'event'
      ? message.eventResponses.map(({ response, extraGuests, sender, at }) => ({
          ...{ response, extra_guests: extraGuests, ...person('sender', sender), at },
        }))
      : undefined,
  pinned: message.pinned && { ...person('by', message.pinned.by), until: message.pinned.until },
  kept: message.kept,
  starred: message.starred,
  ...contentOf(message.view, placeOf(message, baseUrl)),
  source: message.source as 'live',
})

/** A chat as answers show it. @param baseUrl address of this API as the caller reached it */
export const chatView = (chat: ListedChat, baseUrl: string): z.input<typeof Chat> => ({
  ...person('chat_jid', chat.address),
  name: chat.name,
  is_group: isGroupJid(chat.address.jid),
  last_message: chat.lastMessage && messageView(chat.lastMessage, baseUrl),
  unread_count: chat.unread,
  marked_unread: chat.markedUnread,
  archived: chat.archived,
  pinned: chat.pinnedAt !== null,
  muted: chat.mutedUntil !== null,
  ...(chat.mutedUntil !== null && chat.mutedUntil !== -1 && { muted_until: chat.mutedUntil }),
  labels: [...chat.labels],
  timer_seconds: chat.timerSeconds,
})
