import assert from 'node:assert/strict'
import type { BinaryNode } from 'baileys-stock'
import type { StockClient } from '../../driver/testing/stock-client.ts'

/** Bytes that begin and end like a JPEG. */
export function jpeg(what: string): Uint8Array {
  return Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, ...Buffer.from(what), 0xff, 0xd9])
}

/** A request that stock baileys has no function for. */
export function raw(
  client: StockClient,
  type: 'get' | 'set',
  xmlns: string,
  content: BinaryNode,
  target?: string,
): Promise<BinaryNode> {
  const attrs = { to: '@s.whatsapp.net', type, xmlns, ...(target ? { target } : {}) }
  return client.socket.query({ tag: 'iq', attrs, content: [content] })
}

/** What a URL of the media host leads to; the host listens without TLS. */
export async function download(client: StockClient, url: string | undefined): Promise<Buffer> {
  const { pathname, search } = new URL(url ?? '')
  const response = await fetch(`${client.mediaOrigin}${pathname}${search}`)
  assert.equal(response.status, 200)
  return Buffer.from(await response.arrayBuffer())
}

/** That a stock client's request is refused with that code. */
export async function rejectedWith(code: number, request: Promise<unknown>): Promise<void> {
  await assert.rejects(request, (error) => {
    const { data, output } = error as { data?: unknown; output?: { statusCode?: number } }
    assert.ok(data === code || output?.statusCode === code, `${String(error)} ${JSON.stringify(data)}`)
    return true
  })
}

/** What a usync answer tells of the first person in it. */
export function userOf(answer: BinaryNode): BinaryNode[] {
  const children = (node: BinaryNode | undefined): BinaryNode[] => (node?.content as BinaryNode[] | undefined) ?? []
  const list = children(children(answer)[0]).find(({ tag }) => tag === 'list')
  return children(children(list)[0])
}
