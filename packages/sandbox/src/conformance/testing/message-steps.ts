import {
  downloadContentFromMessage,
  downloadMediaMessage,
  type MediaType,
  normalizeMessageContent,
  type proto,
  type WAMessage,
} from 'baileys-stock'
import { plainMedia } from '../../driver/testing/plain-media.ts'
import type { StockClient } from '../../driver/testing/stock-client.ts'

/** The first message of that id that a client shows, with its wrappers taken off. */
export async function shown(client: StockClient, id: string): Promise<{ whole: WAMessage; inner: proto.IMessage }> {
  const find = (): WAMessage | undefined =>
    client.messages.find(({ key, message }) => key?.id === id && message) as WAMessage | undefined
  if (!find()) await client.until('messages.upsert', () => find() !== undefined)
  const whole = find()!
  return { whole, inner: normalizeMessageContent(whole.message) ?? {} }
}

/** Sends with a client, and keeps what was sent for those who ask again. */
export async function sendWith(
  client: StockClient,
  to: string,
  content: Parameters<StockClient['socket']['sendMessage']>[1],
): Promise<WAMessage> {
  const sent = await client.socket.sendMessage(to, content)
  if (!sent?.key.id || !sent.message) throw new Error('nothing was sent')
  client.sent.set(sent.key.id, sent.message)
  return sent
}

const dispatcherOf = (client: StockClient) => plainMedia(client.mediaOrigin).dispatcher as never

/** The file of a message, as the client downloads and opens it. */
export async function download(client: StockClient, message: WAMessage): Promise<Uint8Array> {
  const options = { options: { dispatcher: dispatcherOf(client) } } as never
  return new Uint8Array(await downloadMediaMessage(message, 'buffer', options))
}

/** The same once the link has ended: the client asks its phone to store the file again. The library would do so by itself, but looks for the status where its
 *  own errors do not carry it (messages.js). */
export async function downloadAgain(client: StockClient, message: WAMessage): Promise<Uint8Array> {
  return download(client, await client.socket.updateMediaMessage(message))
}

/** A part of a file: the client asks the media host for a range. */
export async function downloadPart(
  client: StockClient,
  media: { mediaKey?: Uint8Array | null; directPath?: string | null; url?: string | null },
  type: MediaType,
  range: { startByte: number; endByte: number },
): Promise<Uint8Array> {
  const options = { ...range, options: { dispatcher: dispatcherOf(client) } } as never
  const chunks: Buffer[] = []
  for await (const chunk of await downloadContentFromMessage(media as never, type, options)) chunks.push(chunk)
  return new Uint8Array(Buffer.concat(chunks))
}
