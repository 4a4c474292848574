import type { EventView, LocationView, MessageView, StickerPackView, TextStyle } from '@switchboard/engine'
import { z } from 'zod'
import { businessOf, MessageBusiness } from './message-business.ts'
import { contactOf, MessageContact } from './message-contact.ts'
import { at, flag, instant } from './message-fields.ts'
import { type FilePlace, MessageMedia, mediaOf } from './message-media.ts'

/** What somebody answers to an event. */
export const eventResponseFields = {
  response: z.enum(['going', 'not_going', 'maybe', 'unknown']),
  extra_guests: z.int().optional().describe('How many others come along'),
}

const Place = z
  .object({
    latitude: z.number(),
    longitude: z.number(),
    name: z.string().optional(),
    address: z.string().optional(),
    url: z.string().optional(),
    accuracy_meters: z.number().optional(),
    speed: z.number().optional().describe('Of a live location: metres a second'),
    heading: z.number().optional().describe('Of a live location: degrees clockwise from north'),
    sequence: z.int().optional().describe('Of a live location: counts its updates'),
  })
  .meta({ id: 'MessageLocation' })

const all = {
  forwarded: flag('It was forwarded'),
  forwarding_score: z.int().optional().describe('How often it was forwarded; from 5 on phones say "many times"'),
  view_once: flag('It may be seen once'),
  edited: flag('It came as an edited message'),
  spoiler: flag('Hidden until it is tapped'),
  group_status: flag('A status of the group, not a message in it'),
  mentions_all: flag('Everybody in the group is mentioned'),
  expires_in_seconds: z.int().optional().describe('Time until the message disappears'),
  media: MessageMedia.optional().describe('The file of the message'),
  location: Place.optional().describe('The place that a location message shows'),
  contacts: z.array(MessageContact).optional().describe('The cards of a contact message'),
  link: z
    .object({ url: z.string(), title: z.string().optional(), description: z.string().optional() })
    .optional()
    .describe('The card under a link'),
  style: z
    .object({
      background_color: z.string().optional().describe('`#aarrggbb`'),
      text_color: z.string().optional(),
      font: z.int().optional().describe('WhatsApp’s number of the font'),
    })
    .optional()
    .describe('How a text status looks'),
  poll: z
    .object({
      question: z.string(),
      options: z.array(z.string()),
      selectable: z.int().describe('How many options one person may choose; 0: as many as there are'),
      quiz: flag('One option is right'),
      correct_option: z.string().optional(),
      ends_at: instant,
      hides_voters: flag('Voters stay unnamed'),
      allows_adding: flag('Everybody may add options'),
    })
    .optional(),
  event: z
    .object({
      id: z.string().optional().describe('Of an invitation: the id that WhatsApp gave the event'),
      name: z.string(),
      description: z.string().optional(),
      starts_at: instant,
      ends_at: instant,
      location: Place.optional(),
      join_link: z.string().optional().describe('Link of a call'),
      cancelled: flag('It will not take place'),
      call: flag('It is a call'),
      extra_guests: flag('Guests may bring others'),
      reminder_seconds: z.int().optional().describe('How long before the start its guests are reminded'),
    })
    .optional(),
  business: MessageBusiness.optional().describe('Buttons, lists, products, orders'),
  album: z.object({ images: z.int(), videos: z.int() }).optional().describe('How many pictures follow'),
  sticker_pack: z
    .object({
      id: z.string().optional(),
      name: z.string().optional(),
      publisher: z.string().optional(),
      description: z.string().optional(),
      stickers: z
        .array(
          z.object({
            file_name: z.string().optional().describe('In the archive, which is the file of the message'),
            emojis: z.array(z.string()).optional(),
            animated: flag('It moves'),
            label: z.string().optional().describe('What it shows, for people who do not see it'),
          }),
        )
        .describe('In the order of the pack'),
    })
    .optional()
    .describe('Several stickers in one archive'),
  part_of_message_id: z.string().optional().describe('The album, event or poll that it belongs to'),
  pin: z
    .object({ pinned: z.boolean(), seconds: z.int().optional().describe('How long') })
    .optional()
    .describe('Another message was pinned in the chat, or is no longer'),
  keep: z.object({ kept: z.boolean() }).optional().describe('A disappearing message is kept, or no longer'),
  timer: z
    .object({ seconds: z.int().describe('0: they stay'), set_at: instant })
    .optional()
    .describe('After how long messages of the chat disappear from now on'),
  group_invite: z
    .object({ group_jid: z.string(), code: z.string(), name: z.string().optional(), expires_at: instant })
    .optional(),
  channel_invite: z.object({ newsletter_jid: z.string(), name: z.string().optional(), expires_at: instant }).optional(),
  call: z
    .object({ video: z.boolean(), seconds: z.int().optional(), starts_at: instant })
    .optional()
    .describe('A call of the past, or one that is planned'),
  event_response: z.object(eventResponseFields).optional().describe('An answer to an event, when it could be opened'),
  choice: z
    .object({
      id: z.string().optional().describe('As the business named it'),
      parameters: z.string().optional().describe('Of a flow: its answers, JSON'),
    })
    .optional()
    .describe('What somebody chose of buttons, a list, a template or a flow'),
  notice: z.string().optional().describe('For `protocol` and `encrypted_change`: what it is, such as `limit_sharing`'),
  unknown_fields: z
    .array(z.int())
    .optional()
    .describe('For `unknown`: numbers of the WhatsApp message fields that are not known here'),
} as const

/** What a message holds besides its text and addresses, as events, lists and lookups show it. {@link contentOf} fills them. No example shows all of them. */
export const contentFields = Object.fromEntries(
  Object.entries(all).map(([name, schema]) => [name, schema.meta({ examples: [] })]),
) as typeof all

type Content = { [Field in keyof typeof contentFields]?: z.input<(typeof contentFields)[Field]> }

const place = ({ accuracyMeters, ...location }: LocationView) => ({ ...location, accuracy_meters: accuracyMeters })

const meeting = ({ startsAt, endsAt, location, joinLink, extraGuests, reminderSeconds, ...event }: EventView) => ({
  ...event,
  starts_at: at(startsAt),
  ends_at: at(endsAt),
  location: location && place(location),
  join_link: joinLink,
  extra_guests: extraGuests,
  reminder_seconds: reminderSeconds,
})

const packOf = ({ stickers, ...pack }: StickerPackView) => ({
  ...pack,
  stickers: stickers.map(({ fileName, emojis, ...sticker }) => ({
    ...sticker,
    file_name: fileName,
    emojis: emojis && [...emojis],
  })),
})

const color = (argb: number | undefined) => (argb === undefined ? undefined : `#${argb.toString(16).padStart(8, '0')}`)

const look = ({ background, color: text, font }: TextStyle) => ({
  background_color: color(background),
  text_color: color(text),
  font,
})

/** The values of {@link contentFields}: what a message has not is absent. @param filePlace of its file, when that is known */
export function contentOf(view: MessageView | undefined, filePlace?: FilePlace): Content {
  if (!view) return {}
  const { media, location, poll, event, timer, groupInvite, channelInvite, call, contacts, unknownFields } = view
  return {
    forwarded: view.forwarded,
    forwarding_score: view.forwardingScore,
    view_once: view.viewOnce,
    edited: view.edited,
    spoiler: view.spoiler,
    group_status: view.groupStatus,
    mentions_all: view.mentionsAll,
    expires_in_seconds: view.expiresInSeconds || undefined,
    media: media && mediaOf(media, filePlace),
    location: location && place(location),
    contacts: contacts?.map(contactOf),
    sticker_pack: view.stickerPack && packOf(view.stickerPack),
    link: view.link,
    style: view.style && look(view.style),
    poll: poll && {
      question: poll.question,
      options: [...poll.options],
      selectable: poll.selectable,
      quiz: poll.quiz,
      correct_option: poll.correctOption,
      ends_at: at(poll.endsAt),
      hides_voters: poll.hidesVoters,
      allows_adding: poll.allowsAdding,
    },
    event: event && meeting(event),
    business: view.business && businessOf(view.business),
    album: view.album,
    part_of_message_id: view.partOf?.id,
    pin: view.pin,
    keep: view.keep,
    timer: timer && { seconds: timer.seconds, set_at: at(timer.setAt) },
    group_invite: groupInvite && {
      group_jid: groupInvite.group,
      code: groupInvite.code,
      name: groupInvite.name,
      expires_at: at(groupInvite.expiresAt),
    },
    channel_invite: channelInvite && {
      newsletter_jid: channelInvite.channel,
      name: channelInvite.name,
      expires_at: at(channelInvite.expiresAt),
    },
    call: call && { video: call.video, seconds: call.seconds, starts_at: at(call.startsAt) },
    event_response: view.eventResponse && {
      response: view.eventResponse.response,
      extra_guests: view.eventResponse.extraGuests,
    },
    choice: view.choice,
    notice: view.notice,
    unknown_fields: unknownFields && [...unknownFields],
  }
}
