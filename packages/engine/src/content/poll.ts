export interface PollView {
  readonly question: string
  readonly options: readonly string[]
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
}
