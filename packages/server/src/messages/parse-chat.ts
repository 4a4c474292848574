import { AppError } from '../errors/app-error.ts'
import { readAddress } from '../schemas/read-address.ts'

/** What a person or a program wrote for a chat → its address. @throws AppError invalid_jid | invalid_phone */
export function parseChat(text: string): string {
  const read = readAddress(text)
  if ('refused' in read) throw new AppError(read.refused)
  return read.jid
}
