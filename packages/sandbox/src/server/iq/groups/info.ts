import { child, textAttr } from '../../../wire/node-access.ts'
import { maxDescriptionLength, maxSubjectLength } from '../../../world/groups/group.ts'
import { mayEditInfo } from '../../../world/groups/permissions.ts'
import { namedAs } from '../../groups/group-address.ts'
import { groupOfMember, refusals, required, textOf } from '../../groups/group-request.ts'
import { tellGroup } from '../../notifications/groups.ts'
import type { IqHandler, IqRequest } from '../iq-handler.ts'

export function groupToEdit(request: IqRequest) {
  const group = groupOfMember(request)
  if (!mayEditInfo(group, request.from.account)) throw refusals.forbidden()
  return group
}

/** `<subject>text</subject>`: at most 100 characters, 406 beyond. Seen in two clients (whatsmeow group.go, baileys groups.js). */
export const setSubject: IqHandler = (request) => {
  const { world, from } = request
  const group = groupToEdit(request)
  const text = textOf(required(request.node, 'subject'))
  if (text === '' || [...text].length > maxSubjectLength) throw refusals.notAcceptable()
  const at = world.clock.now()
  group.subject = { text, by: from.account.lid, at }
  const attrs = { subject: text, s_t: String(Math.floor(at / 1000)), ...namedAs(group, from.account, 's_o') }
  tellGroup(world, group, from.account, { tag: 'subject', attrs })
  return undefined
}

/** `<description id prev><body>` or `<description delete="true" prev>`. A `prev` that is not the present one is a conflict (409): somebody else was
 *  quicker. Seen in two clients, as above; without an id (whatsmeow SetGroupDescription) the server makes one. */
export const setDescription: IqHandler = (request) => {
  const { world, from } = request
  const group = groupToEdit(request)
  const wish = required(request.node, 'description')
  const text = textOf(child(wish, 'body'))
  if (text.length > maxDescriptionLength) throw refusals.notAcceptable()
  if (textAttr(wish, 'prev') !== group.description?.id) throw refusals.conflict()
  const id = textAttr(wish, 'id') ?? world.random.hex(8)
  const deletes = textAttr(wish, 'delete') === 'true' || text === ''
  group.description = deletes ? undefined : { id, text, by: from.account.lid, at: world.clock.now() }
  // Bytes even when short, and an id even when deleted: whatsmeow insists on both.
  const body = deletes ? { tag: 'delete', attrs: {} } : { tag: 'body', attrs: {}, content: Buffer.from(text) }
  tellGroup(world, group, from.account, { tag: 'description', attrs: { id }, content: [body] })
  return undefined
}
