import type { WireNode } from '../../wire/node.ts'
import { child, contentBytes, jidAttr, textAttr } from '../../wire/node-access.ts'
import type { Account } from '../../world/account.ts'
import { keepPicture } from '../../world/people/keep-picture.ts'
import type { Picture } from '../../world/people/person.ts'
import { maySee } from '../../world/people/privacy-rules.ts'
import type { World } from '../../world/world.ts'
import { changeGroupPicture } from '../groups/group-picture.ts'
import { announcePicture } from '../notifications/people.ts'
import { groupPicture, pictureNode } from '../picture-node.ts'
import { showsToken } from '../privacy-tokens.ts'
import { StanzaError } from '../stanza-error.ts'
import type { IqNamespace, IqRequest } from './iq-handler.ts'

/** Pictures of people and groups. Get, set and remove: seen in two clients (whatsmeow user.go GetProfilePictureInfo and group.go SetGroupPhoto,
 *  baileys chats.js). Without `target` it is the own picture. */
export const profilePicture: IqNamespace = {
  xmlns: 'w:profile:picture',
  handlers: { 'get picture': look, 'set picture': change, set: change },
}

function look(request: IqRequest): readonly WireNode[] {
  const asked = child(request.node, 'picture')
  const target = jidAttr(request.node, 'target')
  const owner = target && request.world.account(target)
  const holder = request.from.account
  if (owner) showsToken(request.world, { holder, owner }, contentBytes(child(asked, 'tctoken')), 'picture')
  return [pictureNode(request.world, visible(request, asked), asked)]
}

/** @throws StanzaError 401 when its owner hides it, 404 when there is nobody */
function visible({ world, from, node }: IqRequest, asked: WireNode | undefined): Picture | undefined {
  const target = jidAttr(node, 'target')
  if (!target) return from.account.person.picture
  if (target.server === 'g.us') {
    const group = world.groups.get(target)
    if (!group) throw new StanzaError(404, 'item-not-found')
    return groupPicture(world, group, from.account, asked)
  }
  const account = world.account(target)
  if (!account) throw new StanzaError(404, 'item-not-found')
  if (!maySee(account, 'profile', from.account)) throw new StanzaError(401, 'not-authorized')
  return account.person.picture
}

function change({ world, from, node }: IqRequest): readonly WireNode[] {
  const picture = newPicture(world, from.account, node)
  const target = jidAttr(node, 'target')
  if (!target || world.account(target) === from.account) {
    from.account.person.picture = picture
    announcePicture(world, from)
  } else changeOfGroup({ world, from, node }, picture)
  return picture ? [{ tag: 'picture', attrs: { id: picture.id } }] : []
}

function changeOfGroup({ world, from, node }: IqRequest, picture: Picture | undefined): void {
  const target = jidAttr(node, 'target')
  const group = target && world.groups.get(target)
  if (!group) throw new StanzaError(target?.server === 'g.us' ? 404 : 403, 'forbidden')
  changeGroupPicture(world, group, from.account, picture?.id)
  if (picture) world.groupPictures.set(group.id, picture)
  else world.groupPictures.delete(group.id)
}

function newPicture(world: World, owner: Account, node: WireNode): Picture | undefined {
  const nodes = (Array.isArray(node.content) ? (node.content as readonly WireNode[]) : []).filter(
    ({ tag }) => tag === 'picture',
  )
  const image = contentBytes(nodes.find((item) => textAttr(item, 'type') !== 'preview'))
  const preview = contentBytes(nodes.find((item) => textAttr(item, 'type') === 'preview'))
  if (!image || image.length === 0) return undefined
  // whatsmeow names 406 "invalid image format" (group.go SetGroupPhoto).
  if (!isJpeg(image) || (preview && !isJpeg(preview))) throw new StanzaError(406, 'not-acceptable')
  return keepPicture(world, owner, image, preview)
}

function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff
}
