import { EngineError, isGroupJid } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import type { Wire } from '../../wire/wire.ts'

/** Where requests go that are about no group in particular, or about one that the account is no member of. */
export const groupServer = '@g.us'

/** A request to a group. @throws EngineError `refused` with WhatsApp's code, `timeout`, `closed`, `invalid_argument` */
export function groupRequest(wire: Wire, type: 'get' | 'set', group: string, what: BinaryNode): Promise<BinaryNode> {
  if (!isGroupJid(group)) throw new EngineError('invalid_argument', 'not the address of a group')
  return wire.query({ tag: 'iq', attrs: { to: group, type, xmlns: 'w:g2' }, content: [what] })
}

/** A node without content, or with it. */
export const node = (
  tag: string,
  attrs: Readonly<Record<string, string>> = {},
  content?: BinaryNode['content'],
): BinaryNode => ({ tag, attrs: { ...attrs }, ...(content === undefined ? {} : { content }) })

/** @throws EngineError `refused` when WhatsApp answered for this part with a code of its own */
export function checkItem(item: BinaryNode | undefined, what: string): BinaryNode {
  if (!item) throw new EngineError('refused', `WhatsApp gave an answer without ${what}`)
  const code = Number(item.attrs['error'] ?? 0)
  if (code > 0) throw new EngineError('refused', `WhatsApp refused with ${code}`, { remoteCode: code })
  return item
}
