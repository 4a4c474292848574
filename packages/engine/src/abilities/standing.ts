/** Whether the account may write to people who never wrote to it. While it may not, such messages are refused with code 463. */
export interface ReachoutTimelock {
  readonly type: 'reachout_timelock'
  readonly isActive: boolean
  /** When it ends, Unix ms. Absent when it is not active, or WhatsApp does not say. */
  readonly until?: number
  /** Why, in WhatsApp's word: `WEB_COMPANION_ONLY`, `VIOLATING_MSG` … Blank where it does not say. */
  readonly enforcement: string
}

/** How many new chats the account may begin in a cycle. */
export interface NewChatLimit {
  readonly type: 'new_chats'
  /** Absent: there is no limit. */
  readonly quota?: number
  readonly used: number
  /** When the cycle began and ends, Unix ms. */
  readonly since?: number
  readonly until?: number
  /** WhatsApp's word: `NONE`, `FIRST_WARNING`, `SECOND_WARNING`, `CAPPED`. Blank where it does not say. */
  readonly status: string
}

/** What WhatsApp thinks of the account. All @throws EngineError `timeout`, or `refused` with WhatsApp's code. */
export interface Standing {
  reachoutTimelock(): Promise<ReachoutTimelock>
  newChats(): Promise<NewChatLimit>
}
