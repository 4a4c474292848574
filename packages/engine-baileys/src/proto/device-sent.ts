import { bytesField, readBytesField } from './raw-fields.ts'

// Field numbers of Message and Message.DeviceSentMessage (seen in: baileys WAProto, whatsmeow waE2E).
const deviceSentMessage = 31
const messageContextInfo = 35
const destinationJid = 1
const message = 2

/** The wrapper that tells the own account's other devices where a message went. */
export function wrapDeviceSent(chat: string, content: Uint8Array): Uint8Array {
  const inner = Buffer.concat([bytesField(destinationJid, Buffer.from(chat)), bytesField(message, content)])
  const context = readBytesField(content, messageContextInfo)
  const wrapped = bytesField(deviceSentMessage, inner)
  return context ? Buffer.concat([wrapped, bytesField(messageContextInfo, context)]) : wrapped
}

/** What such a wrapper holds, or undefined when the message is none. @throws RangeError when malformed */
export function unwrapDeviceSent(content: Uint8Array): { chat: string | undefined; message: Uint8Array } | undefined {
  const wrapper = readBytesField(content, deviceSentMessage)
  const inner = wrapper && readBytesField(wrapper, message)
  if (!wrapper || !inner) return undefined
  const chat = readBytesField(wrapper, destinationJid)
  // Secrets of polls and the like ride outside the wrapper.
  const context = readBytesField(inner, messageContextInfo) ? undefined : readBytesField(content, messageContextInfo)
  return {
    chat: chat && Buffer.from(chat).toString(),
    message: context ? Buffer.concat([inner, bytesField(messageContextInfo, context)]) : Uint8Array.from(inner),
  }
}
