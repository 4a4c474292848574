import { children, textAttr } from '../../wire/node-access.ts'
import { deviceName } from '../../world/address.ts'
import { iqResult } from '../answers.ts'
import { findIqHandler } from '../iq/registry.ts'
import { StanzaError } from '../stanza-error.ts'
import type { StanzaHandler } from '../stanza-handler.ts'

/** `<iq xmlns type id>`: looked up by namespace, type and first child. What nobody knows is answered 501 and recorded. */
export const handleIq: StanzaHandler = async (world, from, node) => {
  const type = textAttr(node, 'type') ?? 'get'
  // Answers to requests of the server ask for nothing more.
  if (type === 'result' || type === 'error') return undefined
  if (!textAttr(node, 'id')) throw new StanzaError(400, 'bad-request')
  const xmlns = textAttr(node, 'xmlns') ?? ''
  const handler = findIqHandler(xmlns, type, node)
  if (!handler) {
    world.unhandled.record(`${xmlns}/${type}/${children(node)[0]?.tag ?? ''}`, deviceName(from))
    throw new StanzaError(501, 'feature-not-implemented')
  }
  return iqResult(node, (await handler({ world, from, node })) ?? undefined)
}
