import type { MessageTarget } from './change.ts'

export interface PollView {
  readonly question: string
  readonly options: readonly string[]
  /** What votes name each option by, hexadecimal, place by place. */
  readonly hashes: readonly string[]
  /** How many options one person may choose; 0: as many as there are. */
  readonly selectable: number
  readonly quiz?: boolean
  /** The right answer of a quiz. */
  readonly correctOption?: string
  /** Until when votes count, Unix ms. */
  readonly endsAt?: number
  /** Voters stay unnamed. */
  readonly hidesVoters?: boolean
  /** Everybody may add options. */
  readonly allowsAdding?: boolean
}

export interface PollContent {
  readonly type: 'poll'
  readonly question: string
  readonly options: readonly string[]
  /** How many options one person may choose; 0: as many as there are. */
  readonly selectable: number
  /** Makes it a quiz, in which one option may be chosen: the right one. */
  readonly correctOption?: string
  /** Until when votes count, Unix ms. */
  readonly endsAt?: number
  /** Voters stay unnamed. */
  readonly hidesVoters?: boolean
}

/** A vote in a poll of the chat that is written to, in place of what the account voted before. */
export interface VoteContent {
  readonly type: 'poll_vote'
  readonly target: MessageTarget
  /** The poll as it came or went. */
  readonly poll: Uint8Array
  /** Names of options; none takes the vote back. */
  readonly options: readonly string[]
}

/** What it takes to open what somebody sealed with the secret of a message: everybody by every address under which they may be named in the key. */
export interface SealedParties {
  /** Of the message that has the secret. */
  readonly id: string
  /** Who wrote that one. */
  readonly authors: readonly string[]
  /** Who sealed. */
  readonly by: readonly string[]
}
