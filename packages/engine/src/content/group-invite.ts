/** Invites somebody who could not be added to a group. WhatsApp gave the code for this person. */
export interface GroupInviteContent {
  readonly type: 'group_invite'
  readonly group: string
  readonly name: string
  readonly code: string
  readonly text?: string
  /** Unix ms. */
  readonly expiresAt: number
}
