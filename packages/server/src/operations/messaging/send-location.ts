import { z } from 'zod'
import { sendAct } from '../../kit/send-act.ts'
import { givenPlace } from '../../schemas/given-place.ts'
import { wholeNumber } from '../../schemas/whole-number.ts'

export default sendAct({
  path: '/chats/{chat_jid}/locations',
  summary: 'Send a place on the map, or where somebody is at the moment',
  body: z.object({
    ...givenPlace,
    url: z.string().max(2000).optional(),
    live: z.boolean().optional().describe('Shown as a live location. `name`, `address` and `url` do not go with it.'),
    caption: z.string().max(1000).optional().describe('Of a live location'),
    accuracy_meters: wholeNumber(0, 1_000_000).optional().describe('Of a live location'),
    speed: z.number().min(0).max(100_000).optional().describe('Of a live location: metres a second'),
    heading: wholeNumber(0, 360).optional().describe('Of a live location: degrees clockwise from north'),
    sequence: wholeNumber(0)
      .optional()
      .describe('Of a live location: the next place of the same person has a higher one. The time when absent.'),
  }),
  content({ live, caption, accuracy_meters, speed, heading, sequence, ...place }) {
    if (!live) return { type: 'location', ...place }
    return {
      type: 'live_location',
      latitude: place.latitude,
      longitude: place.longitude,
      ...(caption && { caption }),
      ...(accuracy_meters !== undefined && { accuracyMeters: accuracy_meters }),
      ...(speed !== undefined && { speed }),
      ...(heading !== undefined && { heading }),
      ...(sequence !== undefined && { sequence }),
    }
  },
})
