import type {
  BusinessView,
  ContactView,
  EventView,
  LocationView,
  MessageView,
  ProductView,
  TextStyle,
} from '@switchboard/engine'
import { z } from 'zod'

const instant = z.iso.datetime().optional()
const flag = (description: string) => z.boolean().optional().describe(description)

/** The file of a message. */
export const MessageMedia = z
  .object({
    id: z.string().optional().describe('Names the file in links'),
    mimetype: z.string().optional().describe('As its sender says it'),
    size: z.int().optional().describe('Bytes'),
    size_bytes: z.int().optional().describe('The same as `size`'),
    sha256: z.string().optional().describe('Of the file, hexadecimal'),
    file_name: z.string().optional().describe('Of a document, as its sender calls it'),
    seconds: z.int().optional().describe('Length of what can be played'),
    width: z.int().optional().describe('Pixels'),
    height: z.int().optional().describe('Pixels'),
    pages: z.int().optional().describe('Of a document'),
    ptt: flag('A voice note'),
    ptv: flag('A round video note'),
    gif: flag('A silent video that repeats'),
    animated: flag('A sticker that moves'),
    state: z
      .enum(['remote', 'stored', 'expired', 'failed'])
      .optional()
      .describe(
        'Where it is: `remote` at WhatsApp, `stored` here, `expired` no longer at WhatsApp and the phone was asked for it, `failed` nowhere (`reason` says why). A download works in all states but the last.',
      ),
    reason: z
      .string()
      .optional()
      .describe(
        'Why it failed or is not stored: not_on_phone, phone_refused, gone, flawed, quota_exceeded or download_failed',
      ),
    url: z
      .string()
      .optional()
      .describe(
        'Link that opens the file without a token, until `url_expires_at`. In events it may begin with the path.',
      ),
    url_expires_at: instant,
  })
  .meta({ id: 'MessageMedia' })

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

const Card = z
  .object({
    name: z.string().optional(),
    phones: z
      .array(
        z.object({
          number: z.string().describe('As the card writes it'),
          whatsapp_number: z.string().optional().describe('Digits of its WhatsApp account, when the card names one'),
          label: z
            .string()
            .optional()
            .describe('`cell`, `work` and the like, or a word that the author of the card chose'),
        }),
      )
      .optional(),
    emails: z.array(z.string()).optional(),
    organization: z.string().optional(),
    title: z.string().optional(),
    urls: z.array(z.string()).optional(),
    addresses: z.array(z.string()).optional(),
    birthday: z.string().optional().describe('As the card writes it'),
    note: z.string().optional(),
    vcard: z.string().optional().describe('The card as it came'),
  })
  .meta({ id: 'MessageContact' })

const amount = (description: string) => z.int().optional().describe(`${description}, in thousandths of the currency`)

const Product = z.object({
  id: z.string().optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  price_1000: amount('Price'),
  sale_price_1000: amount('Price in a sale'),
  currency: z.string().optional(),
  retailer_id: z.string().optional().describe('The business’ own number of it'),
  url: z.string().optional(),
  business_jid: z.string().optional().describe('Address of the business'),
})

const Button = z.object({
  text: z.string(),
  kind: z.enum(['reply', 'url', 'call', 'copy', 'other']),
  id: z.string().optional(),
  url: z.string().optional(),
  phone: z.string().optional(),
  code: z.string().optional().describe('What `copy` copies'),
  name: z.string().optional().describe('For `other`: WhatsApp’s word'),
})

const Row = z.object({ title: z.string(), id: z.string().optional(), description: z.string().optional() })

const Order = z.object({
  id: z.string().optional(),
  token: z.string().optional().describe('Opens the details of the order'),
  title: z.string().optional(),
  items: z.int().optional(),
  total_1000: amount('Sum'),
  currency: z.string().optional(),
  seller_jid: z.string().optional().describe('Address of the business'),
})

const offered = {
  title: z.string().optional(),
  footer: z.string().optional(),
  buttons: z.array(Button).optional(),
  list_button: z.string().optional().describe('What opens the list'),
  sections: z
    .array(z.object({ title: z.string().optional(), rows: z.array(Row) }))
    .optional()
    .describe('Rows of a list to choose from'),
  product: Product.optional(),
  order: Order.optional(),
} as const

const Business = z
  .object({
    ...offered,
    cards: z
      .array(z.object({ ...offered, text: z.string().optional() }))
      .optional()
      .describe('Cards side by side'),
  })
  .meta({ id: 'MessageBusiness' })

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
  contacts: z.array(Card).optional().describe('The cards of a contact message'),
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
  business: Business.optional().describe('Buttons, lists, products, orders'),
  album: z.object({ images: z.int(), videos: z.int() }).optional().describe('How many pictures follow'),
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
  event_response: z
    .object({
      response: z.enum(['going', 'not_going', 'maybe', 'unknown']),
      extra_guests: z.int().optional().describe('How many others come along'),
    })
    .optional()
    .describe('An answer to an event, when it could be opened'),
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

const at = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : new Date(ms).toISOString())

const card = ({ phones, emails, urls, addresses, ...contact }: ContactView) => ({
  ...contact,
  phones: phones?.map(({ waid, ...phone }) => ({ ...phone, whatsapp_number: waid })),
  emails: emails && [...emails],
  urls: urls && [...urls],
  addresses: addresses && [...addresses],
})

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

const color = (argb: number | undefined) => (argb === undefined ? undefined : `#${argb.toString(16).padStart(8, '0')}`)

const look = ({ background, color: text, font }: TextStyle) => ({
  background_color: color(background),
  text_color: color(text),
  font,
})

const productOf = ({ price1000, salePrice1000, retailerId, business, ...product }: ProductView) => ({
  ...product,
  price_1000: price1000,
  sale_price_1000: salePrice1000,
  retailer_id: retailerId,
  business_jid: business,
})

const offeredIn = ({ title, footer, buttons, listButton, sections, product, order }: BusinessView) => ({
  ...{ title, footer, buttons: buttons && [...buttons], list_button: listButton },
  sections: sections?.map((section) => ({ ...section, rows: [...section.rows] })),
  product: product && productOf(product),
  order: order && (({ total1000, seller, ...rest }) => ({ ...rest, total_1000: total1000, seller_jid: seller }))(order),
})

const businessOf = (business: BusinessView): z.input<typeof Business> => ({
  ...offeredIn(business),
  cards: business.cards?.map((card) => ({ ...offeredIn(card), text: card.text })),
})

/** Where the file of a message is. */
interface FilePlace {
  readonly id: string
  readonly state: 'remote' | 'stored' | 'expired' | 'failed'
  readonly reason?: string
  readonly url: string
  /** Unix ms. */
  readonly urlExpiresAt: number
}

/** The file of a message: what it is, and where. */
export const mediaOf = (
  { fileName, size, ...facts }: NonNullable<MessageView['media']>,
  place: FilePlace | undefined,
): z.input<typeof MessageMedia> => ({
  ...{ ...facts, size, size_bytes: size, file_name: fileName },
  ...(place && {
    ...{ id: place.id, state: place.state, reason: place.reason },
    ...{ url: place.url, url_expires_at: at(place.urlExpiresAt) },
  }),
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
    contacts: contacts?.map(card),
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
