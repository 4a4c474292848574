import { serverJid } from '../../wire/jid.ts'
import type { WireNode } from '../../wire/node.ts'
import { child, textAttr } from '../../wire/node-access.ts'
import type { Device } from '../../world/account.ts'
import type { World } from '../../world/world.ts'

let lastId = 0

/** Sends an iq to the server as a client would and returns the answer. */
export async function ask(
  world: World,
  from: Device,
  type: 'get' | 'set',
  xmlns: string,
  content: WireNode[] = [],
): Promise<WireNode> {
  const id = `q${++lastId}`
  const answer = await world.router.submit(from, { tag: 'iq', attrs: { id, to: serverJid, type, xmlns }, content })
  if (!answer || textAttr(answer, 'id') !== id) throw new Error('the server did not answer')
  return answer
}

/** Code of an error answer; undefined for a result. */
export function errorCode(answer: WireNode): string | undefined {
  return textAttr(child(answer, 'error'), 'code')
}

/** A stanza without attributes. */
export function element(tag: string, content?: WireNode['content'], attrs: WireNode['attrs'] = {}): WireNode {
  return { tag, attrs, ...(content === undefined ? {} : { content }) }
}
