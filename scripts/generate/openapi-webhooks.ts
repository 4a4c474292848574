import type { z } from 'zod'
import { exampleValues } from './example-values.ts'
import type { SchemaBook } from './json-schema.ts'
import { pascalCase } from './openapi-names.ts'

type Json = Record<string, unknown>

export interface EventLike {
  readonly name: string
  readonly group: string
  readonly summary: string
  readonly schema: z.ZodObject
  readonly example: unknown
}

/** Not the tag of the operations on webhooks: generators make a class of each. */
export const webhookTag = {
  name: 'Webhook Events',
  description: 'What webhooks are sent, one request for each event. The live stream and `GET /events` give the same.',
}

const eventSchema = (book: SchemaBook, event: EventLike): Json => ({
  type: 'object',
  required: ['id', 'seq', 'version', 'event_type', 'device_id', 'timestamp', 'data'],
  properties: {
    id: { type: 'string', description: 'Stable over retries and endpoints.' },
    seq: { type: 'integer', description: 'Gapless per device.' },
    version: { type: 'integer' },
    event_type: { const: event.name },
    device_id: { type: 'string', format: 'uuid' },
    timestamp: { type: 'string', format: 'date-time' },
    backfill: { type: 'boolean', description: 'It happened while the device was away.' },
    data: book.of(event.schema, 'output'),
  },
})

/** The request that a webhook gets for an event. */
export const webhookOf = (book: SchemaBook, event: EventLike): Json => ({
  post: {
    operationId: `webhook.${event.name}`,
    tags: [webhookTag.name],
    summary: event.summary,
    security: [],
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: book.named(`${pascalCase(event.name)}Event`, eventSchema(book, event)),
          example: {
            event_type: event.name,
            device_id: exampleValues['device_id'],
            timestamp: exampleValues['at'],
            data: event.example,
            id: exampleValues['event_id'],
            seq: 42,
            version: 1,
          },
        },
      },
    },
    responses: { '2XX': { description: 'Taken. Anything else is tried again.' } },
  },
})
