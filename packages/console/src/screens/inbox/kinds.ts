import type { Switchboard } from '@switchboard/client'

/** What a form of a kind holds, by field. */
export type Given = Readonly<Record<string, string>>

export interface KindField {
  readonly name:
    | 'latitude'
    | 'longitude'
    | 'name'
    | 'address'
    | 'phone'
    | 'question'
    | 'options'
    | 'starts'
    | 'about'
    | 'url'
    | 'title'
    | 'text'
  readonly type?: 'text' | 'number' | 'tel' | 'datetime-local' | 'url'
  readonly optional?: true
  readonly lines?: true
}

interface Kind {
  readonly fields: readonly KindField[]
  /** Takes a file besides. */
  readonly file?: string
  readonly send: (device: Switchboard, request: Sending) => Promise<unknown>
}

interface Sending {
  readonly chat: string
  readonly given: Given
  /** The file, once it is uploaded. */
  readonly mediaId: string | undefined
  readonly idempotencyKey: string
}

/** The page shows what becomes of it. */
const wait = 0

const request = <Body extends object>({ chat, idempotencyKey }: Sending, body: Body) => ({
  path: { chat_jid: chat },
  body: { wait, ...body },
  idempotencyKey,
})

/** A field that is left empty is left out. */
const filled = <Name extends string>(given: Given, names: Readonly<Record<Name, string>>) =>
  Object.fromEntries(
    Object.entries<string>(names)
      .map(([field, name]) => [field, given[name]?.trim()] as const)
      .filter(([, value]) => value),
  ) as Partial<Record<Name, string>>

const linesOf = (text: string | undefined): string[] =>
  (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

/** Messages that are more than a text with a file: what each takes, and how it leaves. */
export const kinds = {
  location: {
    fields: [
      { name: 'latitude', type: 'number' },
      { name: 'longitude', type: 'number' },
      { name: 'name', optional: true },
      { name: 'address', optional: true },
    ],
    send: ({ messaging }, sending) => {
      const { given } = sending
      const place = { latitude: Number(given['latitude']), longitude: Number(given['longitude']) }
      return messaging.sendLocation(
        request(sending, { ...place, ...filled(given, { name: 'name', address: 'address' }) }),
      )
    },
  },
  contact: {
    fields: [{ name: 'name' }, { name: 'phone', type: 'tel' }],
    send: ({ messaging }, sending) =>
      messaging.sendContacts(request(sending, filled(sending.given, { name: 'name', phone: 'phone' }))),
  },
  poll: {
    fields: [{ name: 'question' }, { name: 'options', lines: true }],
    send: ({ polls }, sending) =>
      polls.create(
        request(sending, { question: sending.given['question']!.trim(), options: linesOf(sending.given['options']) }),
      ),
  },
  event: {
    fields: [
      { name: 'name' },
      { name: 'starts', type: 'datetime-local' },
      { name: 'about', optional: true, lines: true },
    ],
    send: ({ messaging }, sending) => {
      const { given } = sending
      const event = { name: given['name']!.trim(), starts_at: new Date(given['starts']!).toISOString() }
      return messaging.sendEvent(request(sending, { ...event, ...filled(given, { description: 'about' }) }))
    },
  },
  link: {
    fields: [
      { name: 'url', type: 'url' },
      { name: 'text', lines: true },
      { name: 'title', optional: true },
    ],
    send: ({ messaging }, sending) => {
      const { given } = sending
      const url = given['url']!.trim()
      const text = given['text']!.includes(url) ? given['text']! : `${given['text']} ${url}`
      return messaging.sendLinkPreview(request(sending, { url, text, ...filled(given, { title: 'title' }) }))
    },
  },
  sticker: {
    fields: [],
    file: 'image/*',
    send: ({ messaging }, sending) => messaging.sendSticker(request(sending, { media_id: sending.mediaId! })),
  },
  voice: {
    fields: [],
    file: 'audio/*',
    send: ({ messaging }, sending) =>
      messaging.sendAudio(request(sending, { media_id: sending.mediaId!, voice_note: true })),
  },
} as const satisfies Readonly<Record<string, Kind>>

export type KindName = keyof typeof kinds

/** Uploads the file, if there is one, and sends. */
export const sendKind = async (
  device: Switchboard,
  kind: KindName,
  { file, ...sending }: Omit<Sending, 'mediaId'> & { readonly file: File | undefined },
): Promise<void> => {
  const uploaded = file && (await device.media.upload({ body: { file } }))
  await (kinds[kind] as Kind).send(device, { ...sending, mediaId: uploaded?.media_id })
}
