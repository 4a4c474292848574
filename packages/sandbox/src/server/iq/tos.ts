import type { WireNode } from '../../wire/node.ts'
import { child, children, textAttr } from '../../wire/node-access.ts'
import { deviceName } from '../../world/address.ts'
import { StanzaError } from '../stanza-error.ts'
import type { IqNamespace, IqRequest } from './iq-handler.ts'

/** Terms of service. `set notice`: one client (whatsmeow newsletter.go AcceptTOSNotice); `request` to ask and to accept: one client (zapo
 *  builders/tos.ts). */
export const tos: IqNamespace = {
  xmlns: 'tos',
  handlers: {
    'set notice': (request) => accept(request, request.node),
    'set request': (request) => accept(request, child(request.node, 'request')!),
    'get request': ({ world, from, node }) => {
      const content = noticesIn(child(node, 'request')!).map((id): WireNode => {
        const state = String(world.newsletters.hasAccepted(from.account, id))
        return { tag: 'notice', attrs: { id, state } }
      })
      return [{ tag: 'tos', attrs: { refresh: '86400' }, content }]
    },
  },
}

function accept({ world, from }: IqRequest, node: WireNode): undefined {
  for (const id of noticesIn(node)) {
    world.newsletters.accept(from.account, id)
    world.log.append('tos.accepted', { device: deviceName(from), notice: id })
  }
}

function noticesIn(node: WireNode): string[] {
  const ids = children(node, 'notice').map((notice) => textAttr(notice, 'id') ?? '')
  if (ids.length === 0 || ids.includes('')) throw new StanzaError(400, 'bad-request')
  return ids
}
