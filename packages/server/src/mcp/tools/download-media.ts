import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { readWhole } from '../../media/read-whole.ts'
import { defineTool, WithFile } from '../define-tool.ts'
import { messageId, untrusted } from '../shapes.ts'

const mebibyte = 1024 * 1024

export const downloadMedia = defineTool({
  name: 'download_media',
  title: 'Download the file of a message',
  description: `Gives the file of a message: picture, sound, video or document. ${untrusted}`,
  readOnly: true,
  input: z.strictObject({
    message_id: messageId,
    max_bytes: z
      .int()
      .min(1)
      .max(8 * mebibyte)
      .default(mebibyte)
      .describe('A larger file is refused, with its size'),
  }),
  output: z.object({
    message_id: z.string(),
    mimetype: z.string().describe('As its sender says it'),
    file_name: z.string().optional(),
    size: z.int().describe('Bytes'),
    sha256: z.string().optional(),
  }),
  async run({ perform }, { message_id, max_bytes: most }) {
    const { file } = await perform('media.download', { params: { message_id } })
    if (!file) throw new AppError('media_not_found')
    const { mimetype, fileName: file_name, sha256 } = file
    const bytes = await readWhole(file, most)
    return new WithFile({ message_id, mimetype, file_name, size: bytes.length, sha256 }, { mimetype, bytes })
  },
})
