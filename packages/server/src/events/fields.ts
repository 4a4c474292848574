import { parseJid } from '@switchboard/engine'
import { z } from 'zod'
import { personFields } from '../schemas/person.ts'
import type { DeviceContext } from './event-source.ts'

/** Digits of the device's own phone number. Blank before linking. */
export const ownNumber = (device: DeviceContext): string =>
  device.account ? (parseJid(device.account.jid)?.user ?? '') : ''

export const unixSeconds = (millis: number): number => Math.floor(millis / 1000)

export const rfc3339 = (millis: number): string => new Date(millis).toISOString()

/** Fields that many events share, with their words for the reference. */
export const fields = {
  jid: z.string().describe('Own phone number, digits only; blank before linking'),
  messageId: z.string().describe('Id of the message'),
  chat: personFields('chat', 'Address of the chat'),
  seconds: z.int().describe('Unix seconds'),
  instant: z.string().describe('RFC 3339'),
  fromMe: z.boolean().describe('Sent by the own account, from this or another device'),
} as const

export const exampleNumber = '4917012345678'
export const exampleJid = '4917087654321@s.whatsapp.net'
export const exampleMessageId = '3EB0C431C26A1916E07A1B'
export const exampleSeconds = 1767225600
export const exampleInstant = '2026-01-01T00:00:00.000Z'

/** The chat in which everyone's status posts arrive. */
export const statusChat = 'status@broadcast'
