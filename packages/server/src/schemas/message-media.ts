import type { MessageView } from '@switchboard/engine'
import { z } from 'zod'
import { at, flag, instant } from './message-fields.ts'

/** The file of a message. */
export const MessageMedia = z
  .object({
    id: z.string().optional().describe('Names the file in links'),
    mimetype: z.string().optional().describe('As its sender says it'),
    size: z.int().optional().describe('Bytes'),
    size_bytes: z.int().optional().describe('The same as `size`'),
    sha256: z.string().optional().describe('Of the file, hexadecimal'),
    file_name: z.string().optional().describe('Of a document, as its sender calls it'),
    seconds: z.int().optional().describe('Length of what can be played'),
    width: z.int().optional().describe('Pixels'),
    height: z.int().optional().describe('Pixels'),
    pages: z.int().optional().describe('Of a document'),
    ptt: flag('A voice note'),
    ptv: flag('A round video note'),
    gif: flag('A silent video that repeats'),
    animated: flag('A sticker that moves'),
    state: z
      .enum(['remote', 'stored', 'expired', 'failed'])
      .optional()
      .describe(
        'Where it is: `remote` at WhatsApp, `stored` here, `expired` no longer at WhatsApp and the phone was asked for it, `failed` nowhere (`reason` says why). A download works in all states but the last.',
      ),
    reason: z
      .string()
      .optional()
      .describe(
        'Why it failed or is not stored: not_on_phone, phone_refused, gone, flawed, quota_exceeded or download_failed',
      ),
    url: z
      .string()
      .optional()
      .describe(
        'Link that opens the file without a token, until `url_expires_at`. In events it may begin with the path.',
      ),
    url_expires_at: instant,
  })
  .meta({ id: 'MessageMedia' })

/** Where the file of a message is. */
export interface FilePlace {
  readonly id: string
  readonly state: 'remote' | 'stored' | 'expired' | 'failed'
  readonly reason?: string
  readonly url: string
  /** Unix ms. */
  readonly urlExpiresAt: number
}

/** The file of a message: what it is, and where. */
export const mediaOf = (
  { fileName, size, ...facts }: NonNullable<MessageView['media']>,
  place: FilePlace | undefined,
): z.input<typeof MessageMedia> => ({
  ...{ ...facts, size, size_bytes: size, file_name: fileName },
  ...(place && {
    ...{ id: place.id, state: place.state, reason: place.reason },
    ...{ url: place.url, url_expires_at: at(place.urlExpiresAt) },
  }),
})
