import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { formatJid } from '../../wire/jid.ts'
import type { AttributeValue, WireNode } from '../../wire/node.ts'
import { child, contentBytes, jidAttr, textAttr } from '../../wire/node-access.ts'
import { MediaRetryNotification, MediaRetryResult, ServerErrorReceipt } from '../../wire/proto/index.ts'
import type { Device } from '../../world/account.ts'
import { addressingOf, deviceJid, deviceName } from '../../world/address.ts'
import type { ChatEntry } from '../chat-log.ts'
import { innerMessage } from '../content/inner-message.ts'
import type { PhoneContext } from '../phone-context.ts'
import { fileHash, mediaOf } from './media-of.ts'
import { mediaBytes } from './phone-media.ts'
import { putMedia } from './put-media.ts'

const tagBytes = 16
const notOnPhone = '2'

/** Answers a companion that could not download a file (`<receipt type="server-error">`): stores the file again, and says where it is now, sealed with
 *  the key of the file. Seen in two clients: whatsmeow mediaretry.go, baileys messages-media.js. That the phone sends the notification is inferred. */
export async function answerMediaRetry(ctx: PhoneContext, receipt: WireNode): Promise<void> {
  const from = jidAttr(receipt, 'from')
  const companion = from && ctx.world.device(from)
  const id = textAttr(receipt, 'id')
  const about = child(receipt, 'rmr')
  if (!companion || !id || !about || companion.account !== ctx.account) return
  const entry = entryAbout(ctx, about, id)
  const content = entry ? sealedAnswer(ctx, entry, receipt, companion) : undefined
  await ctx.submit({
    tag: 'notification',
    attrs: { id, to: deviceJid(companion, addressingOf(from) ?? 'pn'), type: 'mediaretry' },
    content: [{ tag: 'rmr', attrs: rmrAttrs(about) }, content ?? { tag: 'error', attrs: { code: notOnPhone } }],
  })
  ctx.note('phone.media_retry', { id, device: deviceName(companion), found: content !== undefined })
}

function entryAbout({ world, chats }: PhoneContext, about: WireNode, id: string): ChatEntry | undefined {
  const jid = jidAttr(about, 'jid')
  const person = jid && world.account(jid)
  const chat = person ? `${person.lid}@lid` : jid && formatJid(jid)
  const fromMe = textAttr(about, 'from_me') === 'true'
  return chat ? chats.find(chat, fromMe, id) : undefined
}

function rmrAttrs(about: WireNode): Record<string, AttributeValue> {
  const attrs: Record<string, AttributeValue> = { from_me: textAttr(about, 'from_me') ?? 'false' }
  for (const name of ['jid', 'participant']) {
    const jid = jidAttr(about, name)
    if (jid) attrs[name] = jid
  }
  return attrs
}

/** Undefined when this phone has the file no longer. */
function sealedAnswer(ctx: PhoneContext, entry: ChatEntry, receipt: WireNode, companion: Device): WireNode | undefined {
  const media = mediaOf(innerMessage(entry.message))
  const mediaKey = media?.fields.mediaKey
  if (!media || !mediaKey || entry.media !== 'here' || !ctx.world.media.file(fileHash(media.fields))) return undefined
  if (opensWith(mediaKey, entry.id, receipt) !== entry.id) {
    ctx.violation(
      'media_retry',
      `the request for message ${entry.id} is not sealed with the key of its file`,
      companion,
    )
    return sealed(mediaKey, entry.id, { stanzaId: entry.id, result: MediaRetryResult.decryptionError })
  }
  const { directPath } = putMedia(ctx.world, ctx.account.lid, media.kind, mediaBytes(ctx, entry), mediaKey)
  return sealed(mediaKey, entry.id, { stanzaId: entry.id, directPath, result: MediaRetryResult.success })
}

/** The message id inside the request; undefined when it cannot be opened. */
function opensWith(mediaKey: Uint8Array, id: string, receipt: WireNode): string | undefined {
  const payload = contentBytes(child(child(receipt, 'encrypt'), 'enc_p'))
  const iv = contentBytes(child(child(receipt, 'encrypt'), 'enc_iv'))
  if (!payload || payload.length < tagBytes || iv?.length !== 12) return undefined
  const decipher = createDecipheriv('aes-256-gcm', retryKey(mediaKey), iv)
  decipher.setAAD(Buffer.from(id)).setAuthTag(payload.subarray(-tagBytes))
  try {
    const opened = Buffer.concat([decipher.update(payload.subarray(0, -tagBytes)), decipher.final()])
    return ServerErrorReceipt.decode(opened).stanzaId
  } catch {
    return undefined
  }
}

function sealed(
  mediaKey: Uint8Array,
  id: string,
  answer: { stanzaId: string; directPath?: string; result: number },
): WireNode {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', retryKey(mediaKey), iv)
  cipher.setAAD(Buffer.from(id))
  const payload = Buffer.concat([cipher.update(MediaRetryNotification.encode(answer)), cipher.final()])
  return {
    tag: 'encrypt',
    attrs: {},
    content: [
      { tag: 'enc_p', attrs: {}, content: new Uint8Array(Buffer.concat([payload, cipher.getAuthTag()])) },
      { tag: 'enc_iv', attrs: {}, content: new Uint8Array(iv) },
    ],
  }
}

function retryKey(mediaKey: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', mediaKey, new Uint8Array(0), 'WhatsApp Media Retry Notification', 32))
}
