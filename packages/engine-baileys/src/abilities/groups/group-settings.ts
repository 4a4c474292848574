import { randomBytes } from 'node:crypto'
import { EngineError, type GroupSetting, isGroupJid } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import { mexRequest } from '../../wire/mex-request.ts'
import { childOf } from '../../wire/nodes.ts'
import type { AbilityParts } from '../ability-parts.ts'
import { info } from './group-info.ts'
import { groupRequest, node } from './group-request.ts'

/** Seen in: whatsmeow group.go `SetGroupName`, baileys groups.js `groupUpdateSubject`. */
export async function rename({ context }: AbilityParts, group: string, name: string): Promise<void> {
  await groupRequest(context.wire, 'set', group, node('subject', {}, Buffer.from(name)))
}

/** Who changes a description names the one that it replaces, so that of two at once only the first succeeds (409).
 *  Seen in: whatsmeow group.go `SetGroupTopic`, baileys groups.js `groupUpdateDescription`. */
export async function describe(
  parts: AbilityParts,
  group: string,
  text: string,
  ids: { readonly previous?: string; readonly next?: string } = {},
): Promise<void> {
  const previous = ids.previous ?? (await info(parts, group)).description?.id
  const attrs = {
    ...(previous ? { prev: previous } : {}),
    ...(text === '' ? { delete: 'true' } : { id: ids.next ?? randomBytes(8).toString('hex').toUpperCase() }),
  }
  const body = text === '' ? undefined : [node('body', {}, Buffer.from(text))]
  await groupRequest(parts.context.wire, 'set', group, node('description', attrs, body))
}

/** Seen in: whatsmeow group.go `SetGroupPhoto`, baileys chats.js `updateProfilePicture` and `removeProfilePicture`. */
export async function setPhoto(
  { context }: AbilityParts,
  group: string,
  jpeg: Uint8Array | undefined,
): Promise<string> {
  if (!isGroupJid(group)) throw new EngineError('invalid_argument', 'not the address of a group')
  const picture = jpeg ? [node('picture', { type: 'image' }, Buffer.from(jpeg))] : []
  const attrs = { to: '@s.whatsapp.net', target: group, type: 'set', xmlns: 'w:profile:picture' }
  const answer = await context.wire.query(node('iq', attrs, picture))
  return childOf(answer, 'picture')?.attrs['id'] ?? ''
}

/** Settings that a node of their own changes. */
type NodeSetting = Exclude<GroupSetting, { readonly name: 'historySharing' }>

/** Seen in: whatsmeow group.go `SetGroupAnnounce`, `SetGroupLocked`, `SetGroupJoinApprovalMode`, `SetGroupMemberAddMode` and send.go
 *  `SetDisappearingTimer`, baileys groups.js. */
function settingNode(setting: NodeSetting): BinaryNode {
  switch (setting.name) {
    case 'announcement':
      return node(setting.value ? 'announcement' : 'not_announcement')
    case 'locked':
      return node(setting.value ? 'locked' : 'unlocked')
    case 'joinApproval':
      return node('membership_approval_mode', {}, [node('group_join', { state: setting.value ? 'on' : 'off' })])
    case 'memberAdd':
      return node('member_add_mode', {}, Buffer.from(setting.value === 'all' ? 'all_member_add' : 'admin_add'))
    // Seen in: zapo WaGroupCoordinator.ts, whatsapp-rust features/groups.rs `SetGroupHistoryIq`.
    case 'historyForNewMembers':
      return node(setting.value ? 'group_history' : 'no_group_history')
    case 'ephemeral':
      return setting.value > 0 ? node('ephemeral', { expiration: String(setting.value) }) : node('not_ephemeral')
  }
}

/** WhatsApp Web asks for it by GraphQL. Seen in: its WAWebSetPropertyGroupAction, whatsapp-rust features/groups.rs and mex_ids.rs, zapo spec/mex. */
const updateProperty = { id: '9418211574894172', answer: 'xwa2_group_update_property' }

export async function set({ context }: AbilityParts, group: string, setting: GroupSetting): Promise<void> {
  if (setting.name === 'historySharing') {
    if (!isGroupJid(group)) throw new EngineError('invalid_argument', 'not the address of a group')
    const update = { member_share_group_history_mode: setting.value === 'all' ? 'ALL_MEMBER_SHARE' : 'ADMIN_SHARE' }
    await mexRequest(context.wire, updateProperty, { group_id: group, update })
    return
  }
  await groupRequest(context.wire, 'set', group, settingNode(setting))
}
