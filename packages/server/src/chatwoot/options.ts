/** What the owner of a bridge decides. */
export interface BridgeOptions {
  /** What a message does to a resolved conversation: opens it again, or begins another one. */
  readonly conversations: 'new' | 'reopen'
  readonly reactions: 'note' | 'reply' | 'off'
  readonly deletions: 'delete' | 'note' | 'off'
  /** Carry over groups too. */
  readonly groups: boolean
  /** Show what other programs send through the API. */
  readonly apiMessages: boolean
  /** Put the agent's name in front of what they write. */
  readonly signMessages: boolean
  /** The chat is read when an agent answers. */
  readonly markRead: boolean
  /** Audio files of agents become voice notes. */
  readonly voiceNotes: boolean
  /** Larger files are named instead. */
  readonly maxFileBytes: number
}

/** `conversations: new` and 40 MB are what Chatwoot does by itself (conversation_builder.rb; MAXIMUM_FILE_UPLOAD_SIZE). */
export const defaultOptions: BridgeOptions = {
  conversations: 'new',
  reactions: 'note',
  deletions: 'delete',
  groups: true,
  apiMessages: true,
  signMessages: false,
  markRead: true,
  voiceNotes: true,
  maxFileBytes: 40 * 1024 * 1024,
}

export const optionsFrom = (stored: string): BridgeOptions => ({ ...defaultOptions, ...JSON.parse(stored) })

/** Of a bridge that its owner paused. */
export const pausedByOwner = 'owner'
