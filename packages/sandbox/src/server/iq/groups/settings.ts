import type { WireNode } from '../../../wire/node.ts'
import { child, textAttr } from '../../../wire/node-access.ts'
import { groupOfAdmin, refusals, required, textOf } from '../../groups/group-request.ts'
import { announceHistoryShare } from '../../notifications/group-properties.ts'
import { tellGroup } from '../../notifications/groups.ts'
import type { IqHandler } from '../iq-handler.ts'
import { groupToEdit } from './info.ts'

/** Timers that clients offer: 24 hours, 7 days, 90 days. Others are a bad request (whatsmeow send.go ErrInvalidDisappearingTimer). */
const timers = new Set([0, 86_400, 604_800, 7_776_000])

/** @throws 400 for a timer that no client offers */
export function ephemeralSeconds(node: WireNode): number {
  const seconds = Number(textAttr(node, 'expiration'))
  if (!timers.has(seconds)) throw refusals.badRequest()
  return seconds
}

/** `<announcement/>`, `<not_announcement/>`, `<locked/>`, `<unlocked/>`. Seen in two clients (whatsmeow group.go, baileys groups.js). */
export function setFlag(setting: 'announcement' | 'locked', value: boolean): IqHandler {
  return (request) => {
    const group = groupOfAdmin(request)
    if (group.isDefaultSubGroup && setting === 'announcement') throw refusals.notAcceptable()
    if (group.settings[setting] === value) return undefined
    group.settings[setting] = value
    if (setting === 'announcement') group.announceVersion++
    const off = setting === 'announcement' ? 'not_announcement' : 'unlocked'
    // whatsmeow insists on v_id for announcements.
    const attrs: Record<string, string> = setting === 'announcement' ? { v_id: String(group.announceVersion) } : {}
    tellGroup(request.world, group, request.from.account, { tag: value ? setting : off, attrs })
    return undefined
  }
}

/** `<ephemeral expiration>`. Seen in two clients (whatsmeow send.go SetDisappearingTimer, baileys groups.js). */
export const setEphemeral: IqHandler = (request) => {
  const group = groupToEdit(request)
  const seconds = ephemeralSeconds(required(request.node, 'ephemeral'))
  group.settings.ephemeralSeconds = seconds
  const change: WireNode =
    seconds === 0
      ? { tag: 'not_ephemeral', attrs: {} }
      : { tag: 'ephemeral', attrs: { expiration: String(seconds), trigger: '0' } }
  tellGroup(request.world, group, request.from.account, change)
  return undefined
}

/** `<not_ephemeral/>`. Seen in two clients, as above. */
export const unsetEphemeral: IqHandler = (request) => {
  const group = groupToEdit(request)
  group.settings.ephemeralSeconds = 0
  tellGroup(request.world, group, request.from.account, { tag: 'not_ephemeral', attrs: {} })
  return undefined
}

/** `<membership_approval_mode><group_join state="on|off"/>`; a community says `community_join`. Seen in two clients (whatsmeow group.go, baileys). */
export const setApprovalMode: IqHandler = (request) => {
  const group = groupOfAdmin(request)
  const mode = required(request.node, 'membership_approval_mode')
  const join = child(mode, 'group_join') ?? child(mode, 'community_join')
  const state = textAttr(join, 'state')
  if (!join || (state !== 'on' && state !== 'off')) throw refusals.badRequest()
  group.settings.joinApproval = state === 'on'
  const content: WireNode[] = [{ tag: join.tag, attrs: { state } }]
  tellGroup(request.world, group, request.from.account, { tag: 'membership_approval_mode', attrs: {}, content })
  return undefined
}

/** `<member_add_mode>admin_add|all_member_add</…>`. Seen in two clients (whatsmeow group.go, baileys groups.js). */
export const setMemberAddMode: IqHandler = (request) => {
  const group = groupOfAdmin(request)
  const mode = textOf(required(request.node, 'member_add_mode'))
  if (mode !== 'admin_add' && mode !== 'all_member_add') throw refusals.badRequest()
  group.settings.memberAdd = mode
  const change: WireNode = { tag: 'member_add_mode', attrs: {}, content: Buffer.from(mode) }
  tellGroup(request.world, group, request.from.account, change)
  return undefined
}

/** `<group_history/>`, `<no_group_history/>`: whether those who are added get recent messages. Seen in two clients (zapo protocol/notification.ts and
 *  WaGroupCoordinator.ts, whatsapp-rust iq/groups.rs). */
export function setHistory(value: boolean): IqHandler {
  return (request) => {
    const group = groupOfAdmin(request)
    group.settings.history = value
    const change: WireNode = { tag: value ? 'group_history' : 'no_group_history', attrs: {} }
    tellGroup(request.world, group, request.from.account, change)
    return undefined
  }
}

/** `<member_share_group_history_mode>admin_share|all_member_share</…>`. Seen in one client (zapo builders/group.ts); WhatsApp Web and whatsapp-rust ask
 *  for it by GraphQL. */
export const setHistoryShare: IqHandler = (request) => {
  const group = groupOfAdmin(request)
  const mode = textOf(required(request.node, 'member_share_group_history_mode'))
  if (mode !== 'admin_share' && mode !== 'all_member_share') throw refusals.badRequest()
  group.settings.historyShare = mode
  announceHistoryShare(request.world, group, request.from.account)
  return undefined
}
