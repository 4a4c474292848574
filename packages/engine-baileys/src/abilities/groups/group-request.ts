import { EngineError, isGroupJid } from '@switchboard/engine'
import type { BinaryNode } from 'baileys'
import type { Wire } from '../../wire/wire.ts'

/** A request to a group. @throws EngineError `refused` with WhatsApp's code, `timeout`, `closed`, `invalid_argument` */
export function groupRequest(wire: Wire, type: 'get' | 'set', group: string, what: BinaryNode): Promise<BinaryNode> {
  if (!isGroupJid(group)) throw new EngineError('invalid_argument', 'not the address of a group')
  return wire.query({ tag: 'iq', attrs: { to: group, type, xmlns: 'w:g2' }, content: [what] })
}
