import { EngineError, statusJid } from '@switchboard/engine'
import type { ExtendedTextMessage } from '../generated/messages.ts'
import { defineKind } from './content-kind.ts'
import { present } from './fields.ts'

// Some clients tell a link by its preview's title, others by the link itself (whatsmeow, zapo; baileys says `text`): a link makes it `media`.
const hasLink = (value: string | ExtendedTextMessage): boolean =>
  typeof value !== 'string' && (value.matchedText ?? '').trim() !== ''

export const text = defineKind({
  type: 'text',
  fields: ['conversation', 'extendedTextMessage'],
  compose({ text, style }, { chat }) {
    if (text === '') throw new EngineError('invalid_argument', 'a text may not be empty')
    // Phones show a status from nothing but the longer form (seen in: baileys generate-message-content, whatsmeow's status samples).
    if (chat !== statusJid) return { conversation: text }
    const { background: backgroundArgb, color: textArgb, font } = style ?? {}
    return { extendedTextMessage: { text, ...present({ backgroundArgb, textArgb, font }) } }
  },
  describe(value) {
    if (typeof value === 'string') return { text: value }
    const { text, matchedText, title, description, backgroundArgb: background, textArgb: color, font } = value
    const style = present({ background, color, font })
    return {
      ...(text === undefined ? {} : { text }),
      ...(background === undefined ? {} : { style }),
      ...(matchedText ? { link: { url: matchedText, ...present({ title, description }) } } : {}),
    }
  },
  stanzaType: (value) => (hasLink(value) ? 'media' : 'text'),
  mediaKind: (value) => (hasLink(value) ? 'url' : undefined),
})
