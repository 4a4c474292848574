import { type GroupInfo, parseJid, statusJid } from '@switchboard/engine'
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
  group: z.string().describe('Address of the group'),
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

export const exampleGroup: GroupInfo = {
  jid: '120363012345678901@g.us',
  name: 'Weekend trip',
  announcement: false,
  locked: false,
  ephemeralSeconds: 0,
  joinApproval: false,
  memberAdd: 'all',
  historyForNewMembers: false,
  historySharing: 'all',
  addressing: 'lid',
  isCommunity: false,
  isDefaultSubgroup: false,
  suspended: false,
  size: 2,
  members: [
    { who: { jid: '4917087654321@s.whatsapp.net', lid: '123456789012345@lid' }, role: 'superadmin' },
    { who: { jid: '4917012345678@s.whatsapp.net' }, role: 'member' },
  ],
}

/** The chat in which everyone's status posts arrive. */
export const statusChat = statusJid
