/** Asks a follower of a channel to help run it. The server has to know of it before. */
export interface ChannelInviteContent {
  readonly type: 'newsletter_admin_invite'
  readonly channel: string
  readonly name: string
  readonly text?: string
  /** Unix ms. */
  readonly expiresAt: number
}
