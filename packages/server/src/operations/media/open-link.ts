import { z } from 'zod'
import { defineOperation, FileAnswer } from '../../kit/define-operation.ts'
import { waitSeconds } from '../../schemas/media-wait.ts'
import { wholeNumber } from '../../schemas/whole-number.ts'
import { downloadErrors, fileDescription } from './shapes.ts'

export default defineOperation({
  method: 'GET',
  path: '/media/{media_id}',
  auth: 'none',
  summary: 'The file of a message, by a signed link',
  description: `The links are in events and messages (\`media.url\`). They need no token, and end after SWITCHBOARD_MEDIA_LINK_TTL. ${fileDescription}`,
  params: z.object({
    media_id: z
      .string()
      .regex(/^med_[A-Za-z0-9_-]{24}$/)
      .meta({
        id: 'MessageMediaId',
        description: 'Names the file of a message.',
        examples: ['med_5vXr3sJ0oQ2cPq9f1yT8aKbL'],
      }),
  }),
  query: z.object({
    exp: wholeNumber(0).describe('When the link ends, Unix seconds'),
    sig: z.string().max(100).describe('Signature'),
    wait_seconds: waitSeconds,
  }),
  deviceOf: ({ media }, { media_id: id = '' }) => media.deviceOf(id),
  raw: { '*/*': 'The file' },
  errors: [...downloadErrors, 'media_link_expired', 'device_not_linked', 'device_not_connected'],
  async run({ media, signal }, { params, query: { exp, sig, wait_seconds: seconds } }) {
    return new FileAnswer(await media.linkedFile(params.media_id, exp, sig, { signal, waitMs: seconds * 1000 }))
  },
})
