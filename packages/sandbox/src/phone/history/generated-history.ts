import type { WebMessageInfo } from '../../wire/proto/index.ts'
import { SeededRandom } from '../../world/seeded-random.ts'
import type { HistoryContact } from '../history-payload.ts'

/** A past that a phone claims to have. It is made up anew whenever it is needed, always the same, and takes no memory until then. */
export interface HistoryPlan {
  /** Chats with people who are not in this world. At most {@link maxChats}. */
  readonly chats: number
  /** Messages in each chat. */
  readonly messages: number
  /** How many of them, the newest, are handed over when a companion links; the rest on demand, or at once to those who ask for all. */
  readonly recent: number
  readonly seed: number
  /** World time (ms) of the newest message. */
  readonly until: number
}

export const maxChats = 4000
export const maxMessages = 1000

const firstNames = [
  'Ada',
  'Bela',
  'Cem',
  'Dina',
  'Emil',
  'Fatma',
  'Gil',
  'Hana',
  'Ivo',
  'Jana',
  'Kofi',
  'Lena',
] as const
const lastNames = [
  'Adler',
  'Brandt',
  'Costa',
  'Demir',
  'Ekwall',
  'Fischer',
  'Garcia',
  'Horvat',
  'Ito',
  'Jansen',
] as const
const words = (
  'are you there yes on my way see you at six the train is late bring the keys thanks a lot happy birthday ' +
  'did you get the mail no idea call me later sounds good what about friday the kids are asleep we need milk'
).split(' ')

const minuteMs = 60_000

/** One of the people of a made-up past. Phone numbers begin with 1999, which nobody else here has. */
export function generatedContact(plan: HistoryPlan, chat: number): HistoryContact {
  const random = new SeededRandom(plan.seed * 4099 + chat)
  const name = `${pick(random, firstNames)} ${pick(random, lastNames)}`
  const number = String(chat).padStart(7, '0')
  const series = String(Math.abs(plan.seed) % 1_000_000).padStart(6, '0')
  return { pn: `1999${number}@s.whatsapp.net`, lid: `99${series}${number}@lid`, name }
}

/** The chat that a JID names; undefined when it is none of the made-up ones. */
export function generatedChat(plan: HistoryPlan, jid: string): number | undefined {
  const chat = Number(/^(?:1999|99\d{6})(\d{7})@/.exec(jid)?.[1] ?? Number.NaN)
  if (!Number.isInteger(chat) || chat >= plan.chats) return undefined
  const { pn, lid } = generatedContact(plan, chat)
  return jid === pn || jid === lid ? chat : undefined
}

/** Messages `from` (inclusive) to `to` (exclusive) of a chat, where 0 is the oldest; newest first, as phones send them. */
export function generatedMessages(plan: HistoryPlan, chat: number, from: number, to: number): WebMessageInfo[] {
  const { lid, name } = generatedContact(plan, chat)
  const made: WebMessageInfo[] = []
  for (let index = to - 1; index >= from; index--) made.push(generatedMessage(plan, chat, index, lid, name))
  return made
}

/** The place of a message in its chat, by its id. */
export function placeOf(plan: HistoryPlan, chat: number, id: string): number | undefined {
  const place = Number.parseInt(id.slice(6, 12), 16)
  return place < plan.messages && messageId(plan, chat, place) === id ? place : undefined
}

function generatedMessage(plan: HistoryPlan, chat: number, index: number, lid: string, name: string): WebMessageInfo {
  const random = new SeededRandom(Math.imul(plan.seed * 4099 + chat, 0x9e3779b1) ^ index)
  const fromMe = random.integer(2) === 0
  const text = Array.from({ length: 2 + random.integer(12) }, () => pick(random, words)).join(' ')
  const at = plan.until - chat * minuteMs - (plan.messages - 1 - index) * 7 * minuteMs
  return {
    key: { remoteJid: lid, fromMe, id: messageId(plan, chat, index) },
    message: { conversation: text },
    messageTimestamp: Math.floor(at / 1000),
    ...(fromMe ? { status: 3 } : { pushName: name }),
  }
}

function pick(random: SeededRandom, from: readonly string[]): string {
  return from[random.integer(from.length)] ?? ''
}

/** 20 hex digits that hold chat and place, so that a message is found by its id without keeping any. */
function messageId(plan: HistoryPlan, chat: number, index: number): string {
  const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0')
  return `3B${hex(chat, 4)}${hex(index, 6)}${hex(Math.abs(plan.seed) % 0xffff_ffff, 8)}`
}
