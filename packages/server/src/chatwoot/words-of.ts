import { toMarkdown } from './markdown.ts'
import type { MessageData } from './message-data.ts'

/** Of kinds that are more than a text. Undefined: their text says it all. */
const shown: Readonly<Record<string, (data: MessageData) => string | undefined>> = {
  location: place,
  live_location: place,
  contact: cards,
  contacts: cards,
  poll: ({ poll }) => poll && [`📊 ${poll.question}`, ...poll.options.map((option) => `- ${option}`)].join('\n'),
  event: ({ event }) => event && ['📅', event.name, event.starts_at, event.description].filter(Boolean).join(' '),
  group_invite: ({ group_invite: invite }) =>
    invite && `👥 ${invite.name ?? ''} https://chat.whatsapp.com/${invite.code}`,
  sticker_pack: () => '🗂️',
}

function place({ location, text }: MessageData): string | undefined {
  if (!location) return undefined
  const { latitude, longitude, name, address } = location
  const map = `https://www.google.com/maps?q=${latitude},${longitude}`
  const named = new Set([name, address, text].filter(Boolean))
  return `${`📍 ${[...named].join(', ')}`.trim()}\n${map}`
}

function cards({ contacts }: MessageData): string | undefined {
  return contacts
    ?.map(({ name, phones }) => `👤 ${[name, ...(phones ?? []).map(({ number }) => number)].filter(Boolean).join(' ')}`)
    .join('\n')
}

/** What a message says, as Chatwoot shows it. @param lost why its file does not come along */
export function wordsOf(data: MessageData, lost?: string): string {
  const { type = 'unknown', text } = data
  const own = shown[type]?.(data) ?? (text === undefined ? undefined : toMarkdown(text))
  const parts = [own, lost].filter((part) => part !== undefined && part !== '')
  if (parts.length > 0 || data.media) return parts.join('\n')
  return `[${type.replaceAll('_', ' ')}: see the phone]`
}
