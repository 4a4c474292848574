import type { ErrorCode } from '../../errors/catalogue.ts'

/** What every route that hands out a file says of it. */
export const fileDescription =
  'Outside the envelope: the file as it is, with `Content-Type`, a file name (`Content-Disposition`) and its SHA-256 as `ETag`. It is decrypted while it is sent, and its last bytes come only when both hashes, the signature and the length are those of the message: an answer that breaks off was not the whole file. `Range` is answered with 206; a file that is not stored yet is stored first. When WhatsApp no longer has the file, the phone of the account is asked to store it there again.'

/** Why a file cannot be handed out, now or ever. */
export const downloadErrors = [
  ...(['media_not_found', 'media_deleted', 'media_not_ready', 'media_flawed', 'range_not_satisfiable'] as const),
  ...(['whatsapp_error', 'whatsapp_timeout', 'rate_limited'] as const),
] satisfies readonly ErrorCode[]
