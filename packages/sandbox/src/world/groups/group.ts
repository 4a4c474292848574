import type { Addressing } from '../address.ts'

export type Role = 'member' | 'admin' | 'superadmin'

export interface Participant {
  role: Role
  /** World time, ms. */
  readonly joinedAt: number
}

/** A change by a person at an instant (world time, ms). `by` is the user part of a LID. */
export interface Authored {
  readonly by: string
  readonly at: number
}

export interface GroupDescription extends Authored {
  /** Chosen by the client that set it; the next change must name it as `prev`. */
  readonly id: string
  readonly text: string
}

export interface GroupSettings {
  /** Only admins write. */
  announcement: boolean
  /** Only admins change subject, description, picture and timer. */
  locked: boolean
  /** Disappearing messages, seconds; 0 is off. */
  ephemeralSeconds: number
  /** Who comes by link waits for an admin. */
  joinApproval: boolean
  memberAdd: 'admin_add' | 'all_member_add'
  /** Who adds somebody shares recent messages with them. */
  history: boolean
  /** Who may share them. */
  historyShare: 'admin_share' | 'all_member_share'
}

/** An invitation to one person, as a group invite message carries it. */
export interface PersonalInvite extends Authored {
  readonly code: string
  readonly forLid: string
  /** World time, ms. */
  readonly expiresAt: number
}

export interface JoinRequest {
  readonly lid: string
  /** Who asked for the person; the person itself when it came by link. */
  readonly by: string
  readonly at: number
  readonly method: 'invite_link' | 'non_admin_add' | 'linked_group_join'
}

/** A group or a community. Plain data: people are named by the user part of their LID, groups by their id. */
export interface Group {
  /** User part of the JID: `id@g.us`. */
  readonly id: string
  /** How members are named in this group's stanzas. */
  readonly addressing: Addressing
  readonly creator: string
  readonly createdAt: number
  subject: { readonly text: string } & Authored
  description: GroupDescription | undefined
  pictureId: string | undefined
  readonly settings: GroupSettings
  readonly participants: Map<string, Participant>
  /** Those who are gone, and how they went. */
  readonly former: Map<string, { readonly how: 'left' | 'removed'; readonly at: number }>
  readonly requests: Map<string, JoinRequest>
  /** By code. */
  readonly personalInvites: Map<string, PersonalInvite>
  inviteCode: string
  participantVersion: number
  announceVersion: number
  /** Set on a community: what its subgroups ask of those who want to join. */
  readonly community: { readonly approvalMode: string; readonly membersMayCreate: boolean } | undefined
  /** Community that this group belongs to. */
  parent: string | undefined
  /** The community's announcement group, of which every community member is a member. */
  readonly isDefaultSubGroup: boolean
}

export const maxParticipants = 1024
export const maxSubjectLength = 100
export const maxDescriptionLength = 2048
