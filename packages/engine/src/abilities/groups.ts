import type { Address } from '../jid.ts'

export type GroupRole = 'member' | 'admin' | 'superadmin'

/** `admins`: only admins do it. `all`: every member does. */
export type MemberAddMode = 'admins' | 'all'

export interface GroupMember {
  readonly who: Address
  readonly role: GroupRole
}

/** A group or community as WhatsApp describes it. */
export interface GroupInfo {
  readonly jid: string
  readonly name: string
  /** Unix ms. */
  readonly nameSetAt?: number
  readonly nameSetBy?: Address
  readonly createdAt?: number
  readonly owner?: Address
  readonly description?: {
    /** Names this text; who changes it must name the one that it replaces. */
    readonly id: string
    readonly text: string
    readonly setAt?: number
    readonly setBy?: Address
  }
  /** Only admins write. */
  readonly announcement: boolean
  /** Only admins change name, photo and description. */
  readonly locked: boolean
  /** 0 when messages stay. */
  readonly ephemeralSeconds: number
  /** Admins decide who joins. */
  readonly joinApproval: boolean
  readonly memberAdd: MemberAddMode
  /** Who adds somebody shares recent messages with them. */
  readonly historyForNewMembers: boolean
  /** Who may share them. */
  readonly historySharing: MemberAddMode
  readonly addressing: 'pn' | 'lid'
  readonly isCommunity: boolean
  /** The announcement group that every community has. */
  readonly isDefaultSubgroup: boolean
  /** Community that it belongs to. */
  readonly parent?: string
  readonly suspended: boolean
  /** How many members there are, also where `members` is empty because only members may see them. */
  readonly size: number
  readonly members: readonly GroupMember[]
}

/** The result for one person of a request. */
export interface MemberOutcome {
  readonly who: Address
  /** WhatsApp's code: 200 done; 403 privacy forbids, 404 not on WhatsApp or no member, 408 left a short time ago, 409 is a member already, 419 full, 202 admins decide. */
  readonly code: number
  /** The person can be invited with this instead. */
  readonly invitation?: { readonly code: string; readonly expiresAt: number }
}

export interface NewGroup {
  readonly name: string
  readonly members: readonly Address[]
  /** Text that the group's creation carries back, so that this creation can be recognised. */
  readonly creationKey?: string
  readonly ephemeralSeconds?: number
  readonly announcement?: boolean
  readonly locked?: boolean
  readonly joinApproval?: boolean
  readonly memberAdd?: MemberAddMode
  readonly historyForNewMembers?: boolean
  /** Makes a community instead of a group. */
  readonly community?: boolean
  /** Community in which the group comes to be. */
  readonly parent?: string
}

export interface CreatedGroup {
  readonly group: GroupInfo
  readonly outcomes: readonly MemberOutcome[]
}

export type GroupSetting =
  | { readonly name: 'announcement' | 'locked' | 'joinApproval' | 'historyForNewMembers'; readonly value: boolean }
  | { readonly name: 'historySharing'; readonly value: MemberAddMode }
  | { readonly name: 'memberAdd'; readonly value: MemberAddMode }
  /** 0, 86,400, 604,800 or 7,776,000 seconds. */
  | { readonly name: 'ephemeral'; readonly value: number }

export interface JoinRequest {
  readonly who: Address
  /** Unix ms. */
  readonly at: number
  /** WhatsApp's word for the way: `invite_link`, `linked_group_join`, `non_admin_add`. */
  readonly method: string
}

/** An invitation that one person got as a message. */
export interface PersonalInvitation {
  readonly group: string
  readonly code: string
  /** Unix seconds, as the message says. */
  readonly expiration: number
  /** Who invites. */
  readonly admin: string
}

/** `waiting`: admins have to agree first. */
export interface JoinedGroup {
  readonly group: string
  readonly waiting: boolean
}

export interface Subgroup {
  readonly jid: string
  readonly name: string
  readonly nameSetAt?: number
  readonly nameSetBy?: Address
  readonly isDefault: boolean
}

/** Acts on groups and communities. All @throws EngineError `timeout`, or `refused` with WhatsApp's code: 401 or 403 not allowed, 404 no such group,
 *  406 not acceptable, 409 already so (or somebody else was quicker), 410 the invitation was reset, 419 full, 429 too many at once. */
export interface Groups {
  list(): Promise<GroupInfo[]>
  info(group: string): Promise<GroupInfo>
  create(wish: NewGroup): Promise<CreatedGroup>
  leave(group: string): Promise<void>
  rename(group: string, name: string): Promise<void>
  /** Blank text removes the description. @param ids of the text that is replaced and of the new one; found and made when absent */
  describe(group: string, text: string, ids?: { readonly previous?: string; readonly next?: string }): Promise<void>
  /** @param jpeg undefined removes the photo. Resolves with the id of the new photo, '' when removed. */
  setPhoto(group: string, jpeg: Uint8Array | undefined): Promise<string>
  set(group: string, setting: GroupSetting): Promise<void>
  /** Code of the invitation link. */
  inviteCode(group: string): Promise<string>
  /** Ends the old code. Resolves with the new one. */
  resetInviteCode(group: string): Promise<string>
  /** What a code leads to, without its members. */
  invited(code: string): Promise<GroupInfo>
  join(code: string): Promise<JoinedGroup>
  accept(invitation: PersonalInvitation): Promise<JoinedGroup>
  change(
    group: string,
    action: 'add' | 'remove' | 'promote' | 'demote',
    people: readonly Address[],
  ): Promise<MemberOutcome[]>
  /** Takes personal invitations back. */
  revokeInvitations(group: string, people: readonly Address[]): Promise<MemberOutcome[]>
  requests(group: string): Promise<JoinRequest[]>
  decide(group: string, decision: 'approve' | 'reject', people: readonly Address[]): Promise<MemberOutcome[]>
  link(community: string, group: string): Promise<void>
  unlink(community: string, group: string): Promise<void>
  subgroups(community: string): Promise<Subgroup[]>
  /** Everybody in any group of a community. */
  communityMembers(community: string): Promise<Address[]>
  /** Ends a community and its announcement group; its other groups stay. */
  endCommunity(community: string): Promise<void>
}
