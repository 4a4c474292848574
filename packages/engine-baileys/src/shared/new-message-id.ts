import { randomUUID } from 'node:crypto'

/** As WhatsApp Web makes them: a mark and nine random bytes (seen in: whatsmeow send.go `GenerateMessageID`). They come from a random UUID, the cheapest of
 *  Node's random bytes, without the two digits that are the same in each. */
export const newMessageId = (): string => {
  const digits = randomUUID().replaceAll('-', '').toUpperCase()
  return `3EB0${digits.slice(0, 12)}${digits.slice(-6)}`
}
