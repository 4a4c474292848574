import { z } from 'zod'
import type { KeptThing, OwnDays, Retention } from '../../retention/retentions.ts'
import { wholeNumber } from '../../schemas/whole-number.ts'

const most = 36_500

const words: Readonly<Record<KeptThing, string>> = {
  messages: 'Messages of all chats, with their marks and receipts. A message that waits to be sent stays',
  media: 'Files of messages; after that they are fetched from WhatsApp again when somebody asks',
  events: 'Events. One that a webhook still has to get, or that is in its log, stays longer',
  deliveries: 'The log of deliveries of webhooks',
  audit: 'The audit. Only the operator sets it',
}

const fieldOf = {
  messages: 'message_days',
  media: 'media_days',
  events: 'event_days',
  deliveries: 'delivery_days',
  audit: 'audit_days',
} as const satisfies Record<KeptThing, string>

const each = <Value>(make: (thing: KeptThing) => Value) =>
  ({
    message_days: make('messages'),
    media_days: make('media'),
    event_days: make('events'),
    delivery_days: make('deliveries'),
    audit_days: make('audit'),
  }) as const

export const RetentionChange = z.object(
  each((thing) =>
    z
      .int()
      .min(0)
      .max(most)
      .nullable()
      .optional()
      .meta({ description: `${words[thing]}. Days; 0 keeps all, null as the server does for all.`, examples: [30] }),
  ),
)

export const RetentionQuery = z.object(
  each((thing) =>
    wholeNumber(0, most)
      .optional()
      .meta({ description: `As if \`${fieldOf[thing]}\` were this; as it is when absent.` }),
  ),
)

const Days = z.object(each((thing) => z.int().describe(`${words[thing]}. 0: without end`)))

export const RetentionShape = z.object({
  days: Days.describe('What counts'),
  own: z
    .object(
      each(() =>
        z
          .int()
          .nullable()
          .meta({ examples: [30] }),
      ),
    )
    .describe('What the API key has of its own; null: as the server does for all'),
  standard: Days.describe('What the server does for all'),
})

export const RetentionPreview = z.object({
  rows: z.object(each((thing) => z.int().describe(`${words[thing]}: how many would go`))),
})

const fields = Object.entries(fieldOf) as [KeptThing, (typeof fieldOf)[KeptThing]][]

/** What is given, by what it is about. */
export const toChange = (given: Partial<Record<(typeof fieldOf)[KeptThing], number | null>>): Partial<OwnDays> =>
  Object.fromEntries(fields.flatMap(([thing, field]) => (given[field] === undefined ? [] : [[thing, given[field]]])))

const toFields = <Value>(values: Readonly<Record<KeptThing, Value>>) => each((thing) => values[thing])

export const retentionView = ({ days, own, standard }: Retention): z.input<typeof RetentionShape> => ({
  days: toFields(days),
  own: toFields(own),
  standard: toFields(standard),
})

export const previewView = (rows: Readonly<Record<KeptThing, number>>): z.input<typeof RetentionPreview> => ({
  rows: toFields(rows),
})
