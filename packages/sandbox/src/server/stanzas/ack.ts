import { textAttr } from '../../wire/node-access.ts'
import { deviceName } from '../../world/address.ts'
import type { MailboxEntry } from '../../world/mailbox.ts'
import type { StanzaHandler } from '../stanza-handler.ts'

const kinds: ReadonlySet<string> = new Set<MailboxEntry['kind']>([
  'message',
  'receipt',
  'notification',
  'call',
  'status',
])

/** `<ack class id [error]>`: the device has taken a stanza. Seen in two clients (whatsmeow receipt.go, baileys stanza-ack.js). */
export const handleAck: StanzaHandler = (world, from, node) => {
  const kind = textAttr(node, 'class') ?? ''
  const id = textAttr(node, 'id') ?? ''
  if (!kinds.has(kind)) {
    world.unhandled.record(`ack/${kind}`, deviceName(from))
    return undefined
  }
  const entry = from.mailbox.acknowledge(kind as MailboxEntry['kind'], id)
  const error = textAttr(node, 'error')
  if (entry || error)
    world.log.append('acknowledged', { device: deviceName(from), kind, id, ...(error ? { error } : {}) })
  return undefined
}
