import type { WireNode } from '../../../wire/node.ts'
import { child } from '../../../wire/node-access.ts'
import { groupOf } from '../../groups/group-request.ts'
import { groupPicture, pictureNode } from '../../picture-node.ts'
import type { IqRequest } from '../iq-handler.ts'

/** The picture of a community, which is asked for here and not under w:profile:picture. Seen in one client (whatsmeow user.go
 *  GetProfilePictureInfo with IsCommunity). */
export function getPictures(request: IqRequest): readonly WireNode[] {
  const { world, from, node } = request
  const asked = child(child(node, 'pictures'), 'picture')
  const picture = groupPicture(world, groupOf(request), from.account, asked)
  return [{ tag: 'pictures', attrs: {}, content: [pictureNode(world, picture, asked)] }]
}
