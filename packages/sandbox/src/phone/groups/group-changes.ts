import type { WireNode } from '../../wire/node.ts'

export interface GroupChanges {
  readonly announcement?: boolean
  readonly locked?: boolean
  /** 0, 86400, 604800 or 7776000. */
  readonly ephemeralSeconds?: number
  readonly joinApproval?: boolean
  readonly memberAdd?: 'admin_add' | 'all_member_add'
  /** Whether this phone shares recent messages with those whom it adds. */
  readonly history?: boolean
  readonly historyShare?: 'admin_share' | 'all_member_share'
}

/** One request for each change. */
export function changeNodes(changes: GroupChanges): WireNode[] {
  const { announcement, locked, ephemeralSeconds, joinApproval, memberAdd, history, historyShare } = changes
  const nodes: WireNode[] = []
  if (announcement !== undefined) nodes.push({ tag: announcement ? 'announcement' : 'not_announcement', attrs: {} })
  if (locked !== undefined) nodes.push({ tag: locked ? 'locked' : 'unlocked', attrs: {} })
  if (ephemeralSeconds) nodes.push({ tag: 'ephemeral', attrs: { expiration: String(ephemeralSeconds) } })
  if (ephemeralSeconds === 0) nodes.push({ tag: 'not_ephemeral', attrs: {} })
  if (memberAdd !== undefined) nodes.push({ tag: 'member_add_mode', attrs: {}, content: Buffer.from(memberAdd) })
  if (history !== undefined) nodes.push({ tag: history ? 'group_history' : 'no_group_history', attrs: {} })
  if (historyShare !== undefined) {
    nodes.push({ tag: 'member_share_group_history_mode', attrs: {}, content: Buffer.from(historyShare) })
  }
  if (joinApproval !== undefined) {
    const join: WireNode = { tag: 'group_join', attrs: { state: joinApproval ? 'on' : 'off' } }
    nodes.push({ tag: 'membership_approval_mode', attrs: {}, content: [join] })
  }
  return nodes
}
