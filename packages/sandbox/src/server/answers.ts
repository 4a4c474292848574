import { serverJid } from '../wire/jid.ts'
import type { AttributeValue, WireNode } from '../wire/node.ts'
import { jidAttr, textAttr } from '../wire/node-access.ts'

/** `<iq type="result">` for a request. */
export function iqResult(request: WireNode, content?: readonly WireNode[]): WireNode {
  return { tag: 'iq', attrs: iqAttrs(request, 'result'), ...(content ? { content } : {}) }
}

/** `<iq type="error"><error code text/></iq>`: the shape both whatsmeow (request.go) and baileys (assertNodeErrorFree) read. */
export function iqError(request: WireNode, code: number, text: string): WireNode {
  const error: WireNode = { tag: 'error', attrs: { code: String(code), text } }
  return { tag: 'iq', attrs: iqAttrs(request, 'error'), content: [error] }
}

/** `<ack>` that answers a stanza of a client: names its class, id and whom it was for. */
export function ack(request: WireNode, extra: Readonly<Record<string, AttributeValue>> = {}): WireNode {
  const attrs: Record<string, AttributeValue> = { class: request.tag, id: textAttr(request, 'id') ?? '' }
  attrs['from'] = jidAttr(request, 'to') ?? serverJid
  const participant = jidAttr(request, 'participant')
  if (participant) attrs['participant'] = participant
  const type = textAttr(request, 'type')
  if (type && request.tag !== 'message') attrs['type'] = type
  return { tag: 'ack', attrs: { ...attrs, ...extra } }
}

function iqAttrs(request: WireNode, type: string): Record<string, AttributeValue> {
  return { from: jidAttr(request, 'to') ?? serverJid, type, id: textAttr(request, 'id') ?? '' }
}
