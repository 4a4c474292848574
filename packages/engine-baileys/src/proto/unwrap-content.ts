import type { proto } from 'baileys'

/** Fields of `Message` that hold another message (seen in: baileys `normalizeMessageContent`, whatsmeow events.go `UnwrapRaw`, WAProto). */
const wrappers = [
  'ephemeralMessage',
  'viewOnceMessage',
  'viewOnceMessageV2',
  'viewOnceMessageV2Extension',
  'documentWithCaptionMessage',
  'editedMessage',
  'associatedChildMessage',
  'groupStatusMessage',
  'groupStatusMessageV2',
  'groupMentionedMessage',
  'lottieStickerMessage',
  'botInvokeMessage',
  'botForwardedMessage',
  'botTaskMessage',
  'questionMessage',
  'questionReplyMessage',
  'pollCreationMessageV4',
  'pollCreationOptionImageMessage',
  'statusAddYours',
  'eventCoverImage',
] as const satisfies readonly (keyof proto.IMessage)[]

/** Deeper nesting is nobody's message. */
const deepest = 8

/** What is meant, without the wrappers that say how it is to be treated. */
export function unwrapContent(outer: proto.IMessage): proto.IMessage {
  let content = outer
  for (let depth = 0; depth < deepest; depth++) {
    const name = wrappers.find((each) => content[each]?.message)
    if (!name) return content
    content = content[name]!.message!
  }
  return content
}
