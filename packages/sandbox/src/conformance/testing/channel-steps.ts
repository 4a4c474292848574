import type { BinaryNode } from 'baileys-stock'
import type { StockClient } from '../../driver/testing/stock-client.ts'
import type { PhoneChannel } from '../../phone/channels/phone-channel.ts'
import type { Phone } from '../../phone/phone.ts'

/** Terms that somebody must have accepted before opening a channel. */
export const terms = '20601218'

/** What the library has no words for is asked in the raw. */
export function askServer(
  client: StockClient,
  type: 'get' | 'set',
  xmlns: string,
  content: BinaryNode,
  to = '@s.whatsapp.net',
): Promise<BinaryNode> {
  return client.socket.query({ tag: 'iq', attrs: { type, xmlns, to }, content: [content] })
}

export async function askGraphql(
  client: StockClient,
  queryId: string,
  variables: object,
): Promise<Record<string, unknown>> {
  const content = Buffer.from(JSON.stringify({ variables }))
  const answer = await askServer(client, 'get', 'w:mex', { tag: 'query', attrs: { query_id: queryId }, content })
  return JSON.parse(Buffer.from(childOf(answer, 'result').content as Uint8Array).toString()).data
}

/** That a request of a client or a phone was refused with that code. */
export function refused(code: number): (error: unknown) => boolean {
  return (error) => {
    const { output, code: own } = error as { output?: { statusCode: number }; code?: number }
    return (output?.statusCode ?? own) === code
  }
}

export function seen(text: string, jid: string): (entry: { text?: string; chat: string }) => boolean {
  return (entry) => entry.text === text && entry.chat === jid
}

/** Attributes of the next answer to a message of a client. */
export function nextAnswer(client: StockClient): Promise<Record<string, string>> {
  return new Promise((resolve) => {
    client.socket.ws.once('CB:ack,class:message', (ack: BinaryNode) => resolve(ack.attrs))
  })
}

/** A channel of a phone's that a client and another phone follow. */
export async function followedChannel(
  owner: Phone,
  name: string,
  client: StockClient,
  phone: Phone,
): Promise<PhoneChannel> {
  const channel = await owner.channels.create({ name })
  await client.socket.newsletterFollow(channel.jid)
  await phone.channels.follow(channel.jid)
  return channel
}

export function childOf(node: BinaryNode, tag: string): BinaryNode {
  const found = (node.content as BinaryNode[]).find((child) => child.tag === tag)
  if (!found) throw new Error(`${node.tag} has no ${tag}`)
  return found
}
