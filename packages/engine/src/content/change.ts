/** A message that another one is about, as it came: addresses are in the sender's words. */
export interface TargetView {
  readonly id: string
  readonly chat?: string
  /** Who wrote it, in a group. */
  readonly sender?: string
  /** Whether the sender of *this* message wrote it too. */
  readonly fromMe?: boolean
}

/** A message of the chat that is written to. */
export interface MessageTarget {
  readonly id: string
  /** Who wrote it: phone or LID address, without a companion number. */
  readonly sender: string
  /** The own account wrote it. */
  readonly fromMe: boolean
}

export interface ReactionContent {
  readonly type: 'reaction'
  readonly target: MessageTarget
  /** Empty takes the reaction back. */
  readonly emoji: string
}

/** New text of an own message or caption. The people that it mentions come with the context; without any, earlier mentions stay. */
export interface EditContent {
  readonly type: 'edit'
  readonly target: MessageTarget
  readonly text: string
  /** The message as it was sent: a caption's file stays. */
  readonly original: Uint8Array
}

/** Takes a message back for everybody: an own one, or in a group any one when the account is an admin. */
export interface RevokeContent {
  readonly type: 'revoke'
  readonly target: MessageTarget
}

export interface PinContent {
  readonly type: 'pin'
  readonly target: MessageTarget
  readonly pinned: boolean
  /** How long it stays pinned: 86400, 604800 or 2592000. */
  readonly seconds?: number
}

/** Keeps a disappearing message, or lets it go again. */
export interface KeepContent {
  readonly type: 'keep'
  readonly target: MessageTarget
  readonly kept: boolean
}

/** After how long the messages of a chat disappear. */
export interface ChatTimer {
  /** 0: they stay. */
  readonly seconds: number
  /** When it was set, Unix ms. */
  readonly setAt?: number
}

/** Gives the account a label in a group, which the members see next to its name. */
export interface MemberLabelContent {
  readonly type: 'member_label'
  /** Empty takes it away. */
  readonly label: string
}

/** Sets the timer of a one-to-one chat. That of a group is a setting of the group. */
export interface TimerContent {
  readonly type: 'timer'
  readonly seconds: number
}
