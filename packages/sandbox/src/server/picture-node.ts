import type { WireNode } from '../wire/node.ts'
import { textAttr } from '../wire/node-access.ts'
import type { Account } from '../world/account.ts'
import type { Group } from '../world/groups/group.ts'
import { isMember } from '../world/groups/permissions.ts'
import type { Picture } from '../world/people/person.ts'
import type { World } from '../world/world.ts'
import { StanzaError } from './stanza-error.ts'

/** `<picture id type url direct_path hash>` for who asked with `<picture type id?>`; status 304 when they know it already.
 *  Seen in two clients (whatsmeow user.go GetProfilePictureInfo, baileys chats.js profilePictureUrl).
 *  @throws StanzaError 404 when there is none */
export function pictureNode(world: World, picture: Picture | undefined, asked: WireNode | undefined): WireNode {
  if (!picture) throw new StanzaError(404, 'item-not-found')
  if (textAttr(asked, 'id') === picture.id) return { tag: 'picture', attrs: { status: '304' } }
  const type = textAttr(asked, 'type') === 'preview' ? 'preview' : 'image'
  const path = world.media.linkTo('ppic', picture[type])
  if (!path) throw new StanzaError(404, 'item-not-found')
  const hash = Buffer.from(picture[type], 'base64url').toString('base64')
  return {
    tag: 'picture',
    attrs: { id: picture.id, type, url: `https://${world.mediaHost}${path}`, direct_path: path, hash },
  }
}

/** A group's picture, for its members, those of its community, and those who hold its invite code.
 *  @throws StanzaError 401 for all others. That code is whatsmeow's; who is let in is inferred. */
export function groupPicture(
  world: World,
  group: Group,
  viewer: Account,
  asked: WireNode | undefined,
): Picture | undefined {
  const parent = group.parent === undefined ? undefined : world.groups.get({ user: group.parent, server: 'g.us' })
  const may =
    isMember(group, viewer) || textAttr(asked, 'invite') === group.inviteCode || (parent && isMember(parent, viewer))
  if (!may) throw new StanzaError(401, 'not-authorized')
  return world.groupPictures.get(group.id)
}
