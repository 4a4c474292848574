import { AppError } from '../../errors/app-error.ts'
import type { SaidMessage } from '../said-message.ts'

// Source of the forms: https://waha.devlike.pro/docs/how-to/events (message), /docs/how-to/send-messages (chatId, reply_to), read 2026-07.

/** `123@s.whatsapp.net` is `123@c.us` there; groups, LIDs and channels have the same form. */
export const toChatId = (jid: string): string => jid.replace(/@s\.whatsapp\.net$/, '@c.us')

/** `true_123@c.us_ID`, in groups with the author behind it. */
export const toMessageId = ({
  id,
  chat,
  fromMe,
  author,
}: Pick<SaidMessage, 'id' | 'chat' | 'fromMe'> & { readonly author?: string | undefined }): string => {
  const parts = [String(fromMe), toChatId(chat), id]
  return [...parts, ...(chat.endsWith('@g.us') && author !== undefined ? [toChatId(author)] : [])].join('_')
}

/** The id of a message in its own form or in theirs. @param field its name, as the caller wrote it @throws AppError invalid_request */
export const fromMessageId = (
  text: string,
  field: string,
): { readonly id: string; readonly chat: string | undefined } => {
  const [, chat, id] = /^(?:true|false)_([^_]+)_([^_]+)(?:_.+)?$/.exec(text) ?? []
  if (id !== undefined) return { id, chat }
  if (text.includes('_')) throw new AppError('invalid_request', `${field}: is not the id of a message`)
  return { id: text, chat: undefined }
}
