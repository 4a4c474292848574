import type { PreKeyBundle } from '@switchboard/signal'
import { serverJid } from '../wire/jid.ts'
import type { AttributeValue, Jid, WireNode } from '../wire/node.ts'
import { child, contentBytes, contentNumber, jidAttr, numberBytes, textAttr } from '../wire/node-access.ts'

/** `<receipt>`: no type means delivered. `more` are further message ids of the same chat. */
export function receiptNode(
  id: string,
  to: Jid,
  attrs: Record<string, AttributeValue> = {},
  more: string[] = [],
): WireNode {
  const items = more.map((item): WireNode => ({ tag: 'item', attrs: { id: item } }))
  const content: WireNode[] = items.length > 0 ? [{ tag: 'list', attrs: {}, content: items }] : []
  return { tag: 'receipt', attrs: { id, to, ...attrs }, ...(content.length > 0 ? { content } : {}) }
}

/** `<ack class>` for a notification, receipt or call that was taken. */
export function ackNode(stanza: WireNode): WireNode {
  const attrs: Record<string, AttributeValue> = {
    class: stanza.tag,
    id: textAttr(stanza, 'id') ?? '',
    to: jidAttr(stanza, 'from') ?? serverJid,
  }
  const type = textAttr(stanza, 'type')
  const participant = jidAttr(stanza, 'participant')
  if (participant) attrs['participant'] = participant
  return { tag: 'ack', attrs: type ? { ...attrs, type } : attrs }
}

export function iqNode(id: string, type: 'get' | 'set', xmlns: string, content: readonly WireNode[]): WireNode {
  return { tag: 'iq', attrs: { id, type, xmlns, to: serverJid }, content }
}

/** The bundle in a `<user>` of a key answer, or in the `<keys>` of a retry receipt (registration is then next to it).
 *  Undefined when a part is missing or has the wrong size. */
export function readBundle(node: WireNode, registration = child(node, 'registration')): PreKeyBundle | undefined {
  const registrationId = contentNumber(registration)
  const identityKey = contentBytes(child(node, 'identity'))
  const signed = readKey(child(node, 'skey'))
  const signature = contentBytes(child(child(node, 'skey'), 'signature'))
  if (registrationId === undefined || identityKey?.length !== 32 || !signed || signature?.length !== 64)
    return undefined
  const preKey = readKey(child(node, 'key'))
  return { registrationId, identityKey, signedPreKey: { ...signed, signature }, ...(preKey ? { preKey } : {}) }
}

function readKey(node: WireNode | undefined): { keyId: number; publicKey: Uint8Array } | undefined {
  const keyId = contentNumber(child(node, 'id'))
  const publicKey = contentBytes(child(node, 'value'))
  return keyId === undefined || publicKey?.length !== 32 ? undefined : { keyId, publicKey }
}

/** A prekey as `<key>` or `<skey>`. */
export function keyNode(tag: 'key' | 'skey', keyId: number, publicKey: Uint8Array, signature?: Uint8Array): WireNode {
  const content: WireNode[] = [
    { tag: 'id', attrs: {}, content: numberBytes(keyId, 3) },
    { tag: 'value', attrs: {}, content: publicKey },
  ]
  if (signature) content.push({ tag: 'signature', attrs: {}, content: signature })
  return { tag, attrs: {}, content }
}
