import { z } from 'zod'
import type { Outgoing } from '../phone/content/compose.ts'
import type { ContentWishes } from '../phone/content/content-kinds.ts'
import { fetchLoopback } from './fetch-loopback.ts'

const words = z.string().max(65_536)
const name = z.string().min(1).max(1000)
const messageId = z.string().min(1).max(128)
const count = z.int().min(0)
const bytes = z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64')))
const message = { message: messageId }
const addressing = z.enum(['lid', 'pn'])
const place = { latitude: z.number(), longitude: z.number() }

const media = z
  .strictObject({
    /** The file; or `url`, where it is on this machine; or neither, for a small sample. */
    data: bytes.optional(),
    url: z.url().optional(),
    mimetype: name.optional(),
    caption: words.optional(),
    thumbnail: bytes.optional(),
    width: count.optional(),
    height: count.optional(),
    seconds: count.optional(),
    file_name: name.optional(),
    waveform: bytes.optional(),
    animated: z.boolean().optional(),
  })
  .refine((wish) => !(wish.data && wish.url), { error: 'data and url exclude each other' })

const mediaNames = ['image', 'video', 'gif', 'video_note', 'voice', 'audio', 'document', 'sticker'] as const
const contact = z.strictObject({
  name,
  phone: z
    .string()
    .regex(/^\d{5,15}$/)
    .optional(),
  vcard: words.optional(),
})
const richPart = z.union([
  z.strictObject({ text: words }),
  z.strictObject({ code: words, language: name.optional() }),
  z.strictObject({ table: z.array(z.array(words)).min(1), title: name.optional() }),
])

const contents = {
  image: media,
  video: media,
  gif: media,
  video_note: media,
  voice: media,
  audio: media,
  document: media,
  sticker: media,
  sticker_pack: z.strictObject({
    name: name.optional(),
    publisher: name.optional(),
    data: bytes.optional(),
    tray: bytes.optional(),
    description: words.optional(),
    stickers: z
      .array(z.strictObject({ file_name: name, emojis: z.array(name).optional(), animated: z.boolean().optional() }))
      .max(60)
      .optional(),
  }),
  location: z.strictObject({ ...place, name: words.optional(), address: words.optional(), url: words.optional() }),
  live_location: z.strictObject({
    ...place,
    caption: words.optional(),
    accuracy_meters: count.optional(),
    speed_mps: z.number().optional(),
    sequence: count.optional(),
  }),
  contact,
  contacts: z.array(contact).min(1).max(100),
  poll: z.strictObject({
    ...{ question: words, options: z.array(name).max(12), max_choices: count.optional() },
    ...{ correct: name.optional(), ends_at: count.optional(), hide_voters: z.boolean().optional() },
  }),
  vote: z.strictObject({
    ...{ poll: messageId, options: z.array(name).max(12) },
    named: z
      .strictObject({ author: addressing.optional(), voter: addressing.optional(), author_device: count.optional() })
      .optional(),
  }),
  reaction: z.strictObject({ ...message, emoji: z.string().max(32) }),
  edit: z.strictObject({ ...message, text: words }),
  revoke: z.strictObject(message),
  forward: z.strictObject(message),
  keep: z.strictObject({ ...message, undo: z.boolean().optional() }),
  pin: z.strictObject({
    ...message,
    seconds: z.union([z.literal(86_400), z.literal(604_800), z.literal(2_592_000)]).optional(),
    undo: z.boolean().optional(),
  }),
  comment: z.strictObject({ ...message, text: words }),
  expiry: z.strictObject({ seconds: count }),
  event: z.strictObject({
    name,
    description: words.optional(),
    start_time: count,
    end_time: count.optional(),
    canceled: z.boolean().optional(),
    extra_guests: z.boolean().optional(),
  }),
  event_invite: z.strictObject({
    event_id: name,
    name,
    start_time: count,
    end_time: count.optional(),
    caption: words.optional(),
    call_link: words.optional(),
    canceled: z.boolean().optional(),
    thumbnail: bytes.optional(),
  }),
  event_response: z.strictObject({
    ...message,
    response: z.enum(['going', 'not_going', 'maybe']),
    extra_guests: count.optional(),
  }),
  member_label: z.strictObject({ label: z.string().max(30) }),
  ai_rich_response: z.strictObject({ parts: z.array(richPart).min(1).max(100) }),
} satisfies Record<keyof ContentWishes, z.ZodType>

const wishShape = {
  ...z.object(contents).partial().shape,
  text: words.optional(),
  /** A whole encoded WhatsApp message, sent as it is. */
  raw: bytes.optional(),
  preview: z
    .strictObject({
      url: words,
      title: words,
      description: words.optional(),
      thumbnail: bytes.optional(),
      image: bytes.optional(),
    })
    .optional(),
  quoted: messageId.optional(),
  mentions: z.union([z.literal('all'), z.array(z.string().min(1).max(100)).max(1024)]).optional(),
  forwarded: z.boolean().optional(),
  view_once: z.boolean().optional(),
  group_status: z.boolean().optional(),
  addressing: addressing.optional(),
  unavailable: z.string().max(100).optional(),
}
const kinds = ['text', 'raw', ...Object.keys(contents)]
const ofOneKind = (wish: object): boolean => kinds.filter((kind) => kind in wish).length === 1
const otherwise = { error: `a message is of exactly one kind: ${kinds.join(', ')}` }

/** What a phone posts to the address in the path: exactly one kind of content, under its name, and options for any kind. */
export const postWish = z.strictObject(wishShape).refine(ofOneKind, otherwise)

/** The same, and to whom. */
export const messageWish = z.strictObject({ ...wishShape, to: z.string().min(1).max(100) }).refine(ofOneKind, otherwise)

/** The wish as a phone takes it, with files fetched. @throws ControlError when a file cannot be had */
export async function toOutgoing(wish: z.output<typeof postWish>): Promise<Outgoing> {
  const fetched: Record<string, unknown> = {}
  for (const kind of mediaNames) {
    const { url, ...rest } = wish[kind] ?? {}
    if (url !== undefined) fetched[kind] = { ...rest, data: await fetchLoopback(url) }
  }
  // JSON knows no undefined: what is optional is absent.
  return { ...wish, ...fetched } as Outgoing
}
