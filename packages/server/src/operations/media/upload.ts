import { z } from 'zod'
import { defineUpload } from '../../kit/define-upload.ts'
import { fileErrors } from '../../kit/send-media-act.ts'
import { FileName } from '../../schemas/caption.ts'
import { Instant } from '../../schemas/instant.ts'

export default defineUpload({
  path: '/media',
  auth: 'device',
  summary: 'Upload a file once, for many sends',
  description:
    'Keeps the file until `expires_at`. Every route that sends files takes its `media_id`; WhatsApp gets the bytes with the first send alone. With an `Idempotency-Key`, repeating the request does not keep it twice.',
  media: { kind: 'document' },
  fields: z.object({ filename: FileName.optional() }),
  response: z.object({
    media_id: z.string().meta({ examples: ['med_c2FtcGxlLW9mLWFuLWlk'] }),
    kind: z.enum(['image', 'video', 'audio', 'document']).describe('What its bytes are'),
    mimetype: z.string().meta({ examples: ['application/pdf'] }),
    size_bytes: z.int(),
    sha256: z
      .string()
      .describe('Hexadecimal')
      .meta({ examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'] }),
    filename: z
      .string()
      .nullable()
      .meta({ examples: ['plan.pdf'] }),
    width: z.int().optional(),
    height: z.int().optional(),
    seconds: z.int().optional().describe('Length of what can be played'),
    pages: z.int().optional().describe('Of a PDF'),
    animated: z.boolean().optional().describe('A picture that moves'),
    expires_at: Instant,
  }),
  status: 201,
  idempotent: true,
  errors: fileErrors,
  async run({ outgoingFiles, principal, signal }, { fields, media }) {
    const { id, facts, expiresAt } = await outgoingFiles.keep(principal.deviceId, media!, fields.filename, signal)
    const { kind, mimetype, size, sha256, fileName, width, height, seconds, pages, animated } = facts
    return {
      ...{ media_id: id, kind, mimetype, size_bytes: size, sha256, filename: fileName ?? null },
      ...{ width, height, seconds, pages, animated, expires_at: expiresAt },
    }
  },
})
