import { z } from 'zod'
import { sendMediaAct } from '../../kit/send-media-act.ts'

const Name = z.string().max(128).regex(/\S/, 'must not be blank')

export default sendMediaAct({
  path: '/chats/{chat_jid}/stickers',
  summary: 'Send a sticker',
  description:
    'Made from WebP, PNG, JPEG and GIF, and from MP4 where ffmpeg is installed. A WebP of 512 × 512 pixels that is small enough goes out as it is, unless it is given a pack or an author.',
  kind: 'sticker',
  fields: z.object({
    pack: Name.optional().describe('Name of the pack that the phone shows'),
    author: Name.optional().describe('Who made it, as the phone shows'),
    emojis: z
      .array(z.string().min(1).max(32))
      .max(20)
      .optional()
      .describe('Emojis under which it is found')
      .meta({ examples: [['🎉']] }),
  }),
  errors: ['media_kind_mismatch', 'media_conversion_unavailable'],
  form: ({ pack, author, emojis }) => ({
    kind: 'sticker',
    ...(pack && { pack }),
    ...(author && { author }),
    ...(emojis && { emojis }),
  }),
  add: () => ({}),
})
