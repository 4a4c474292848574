import { z } from 'zod'

/** An event as cursor reads, live streams and webhooks give it. */
export const Event = z
  .object({
    event_type: z.string(),
    device_id: z.string(),
    timestamp: z.string().describe('When it was logged, RFC 3339'),
    data: z.record(z.string(), z.unknown()).describe('Depends on the event; see the list of events'),
    id: z.string().describe('The same in every reader and at every repetition: drop what was seen before by it'),
    seq: z.int().describe('Place in the log of the device, without gaps, from 1'),
    version: z.int().describe('Version of this shape'),
    backfill: z.boolean().optional().describe('It happened while the device was away'),
  })
  .meta({ id: 'Event' })
