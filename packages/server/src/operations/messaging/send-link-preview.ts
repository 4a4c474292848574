import { z } from 'zod'
import { refusedField } from '../../errors/refused-field.ts'
import { sendAct } from '../../kit/send-act.ts'
import { readLink } from '../../links/find-link.ts'
import { MessageText } from '../../schemas/send-options.ts'
import { words } from '../../schemas/text.ts'

export default sendAct({
  path: '/chats/{chat_jid}/link-preview',
  summary: 'Send a text with the preview of a link',
  description:
    'What is not given is taken from the page: with a title, the page is not asked at all. When nothing can be had within 5 seconds, the text goes without a preview.',
  body: z.object({
    text: MessageText,
    url: words(2048).meta({
      description: 'The link, as it stands in the text; `https://` may be left out.',
      examples: ['https://example.com/'],
    }),
    title: words(300).optional(),
    description: words(600).optional(),
    thumbnail: z
      .base64()
      .max(1_400_000)
      .optional()
      .meta({ description: 'A JPEG, PNG or WebP picture of up to 1 MiB, as base64', examples: [] }),
  }),
  async content({ text, url, title, description, thumbnail }, { linkPreviews, principal }) {
    const link = readLink(url)
    if (!link) throw refusedField('body.url', 'is no address of http or https')
    const picture = thumbnail === undefined ? undefined : Buffer.from(thumbnail, 'base64')
    const preview = await linkPreviews.of(principal.deviceId, link, { title, description, picture })
    return { type: 'text', text, ...(preview && { preview }) }
  },
})
