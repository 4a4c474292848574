import { z } from 'zod'
import { sendAct } from '../../kit/send-act.ts'
import { wholeNumber } from '../../schemas/whole-number.ts'

export default sendAct({
  path: '/chats/{chat_jid}/albums',
  summary: 'Begin an album, to which pictures and videos are then sent',
  description:
    'Phones show the pictures and videos of an album as one. Begin it with how many will come, then send each of them to `/chats/{chat_jid}/images` or `/chats/{chat_jid}/videos` with `album_id`: the `message_id` of the answer.',
  body: z
    .object({
      images: wholeNumber(0, 100).meta({ examples: [3] }),
      videos: wholeNumber(0, 100)
        .default(0)
        .meta({ examples: [1] }),
    })
    .refine(({ images, videos }) => images + videos >= 2, { message: 'an album has two pictures or videos at least' }),
  content: ({ images, videos }) => ({ type: 'album', images, videos }),
})
