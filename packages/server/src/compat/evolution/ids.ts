import { AppError } from '../../errors/app-error.ts'

/** The key of a message, as their calls and events name one. Source: Evolution API v2, src/api/dto/sendMessage.dto.ts (Baileys' IMessageKey), read 2026-07. */
export interface MessageKey {
  readonly remoteJid: string
  readonly fromMe: boolean
  readonly id: string
  readonly participant?: string | undefined
}

/** A recipient as they write it: a number, an address, or that of a group. @throws AppError invalid_request */
export const toChat = (number: string): string => {
  const text = number.trim()
  if (text === '') throw new AppError('invalid_request', 'number: is missing')
  // A number with an old-style group id behind a hyphen, and long digits, are groups there.
  if (!text.includes('@') && /^\d+-\d+$|^\d{18,}$/.test(text)) return `${text}@g.us`
  // Theirs have the number of a companion in front of the server at times.
  return text.replace(/:\d+@/, '@')
}
