import { EngineError, type LinkPreview, statusJid } from '@switchboard/engine'
import type { ExtendedTextMessage } from '../generated/messages.ts'
import { defineKind } from './content-kind.ts'
import { present } from './fields.ts'

// Some clients tell a link by its preview's title, others by the link itself (whatsmeow, zapo; baileys says `text`): a link makes it `media`.
const hasLink = (value: string | ExtendedTextMessage): boolean =>
  typeof value !== 'string' && (value.matchedText ?? '').trim() !== ''

/** Seen in: baileys messages.js `generateWAMessageContent` (extendedTextMessage with linkPreview). */
function cardOf({ url, title, description, thumbnail, picture }: LinkPreview): ExtendedTextMessage {
  const { uploaded, width, height } = picture ?? {}
  return {
    ...{ matchedText: url, title, previewType: 0 },
    ...present({ description, jpegThumbnail: thumbnail?.jpeg, thumbnailWidth: width, thumbnailHeight: height }),
    ...(uploaded && {
      thumbnailDirectPath: uploaded.directPath,
      thumbnailSha256: uploaded.sha256,
      thumbnailEncSha256: uploaded.encSha256,
      mediaKey: uploaded.mediaKey,
      mediaKeyTimestamp: Math.floor(uploaded.mediaKeyAt / 1000),
    }),
  }
}

export const text = defineKind({
  type: 'text',
  fields: ['conversation', 'extendedTextMessage'],
  compose({ text, style, preview }, { chat }) {
    if (text === '') throw new EngineError('invalid_argument', 'a text may not be empty')
    const card = preview ? cardOf(preview) : undefined
    // Phones show a status from nothing but the longer form (seen in: baileys generate-message-content, whatsmeow's status samples).
    if (chat !== statusJid) return card ? { extendedTextMessage: { text, ...card } } : { conversation: text }
    const { background: backgroundArgb, color: textArgb, font } = style ?? {}
    return { extendedTextMessage: { text, ...card, ...present({ backgroundArgb, textArgb, font }) } }
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
