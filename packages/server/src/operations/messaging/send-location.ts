import { z } from 'zod'
import { sendAct } from '../../kit/send-act.ts'

export default sendAct({
  path: '/chats/{chat_jid}/locations',
  summary: 'Send a place on the map',
  body: z.object({
    latitude: z
      .number()
      .min(-90)
      .max(90)
      .meta({ examples: [52.516272] }),
    longitude: z
      .number()
      .min(-180)
      .max(180)
      .meta({ examples: [13.377722] }),
    name: z.string().max(1000).optional(),
    address: z.string().max(1000).optional(),
  }),
  content: (place) => ({ type: 'location', ...place }),
})
