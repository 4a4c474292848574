/** What was seen of a run from outside. Times do not matter: all of it is judged when everything has come to rest. */
export interface Evidence {
  readonly accounts: readonly AccountEvidence[]
}

/** A text that somebody is known to have sent. Those of one author to one account are listed in the order in which they were sent. */
export interface SaidText {
  readonly text: string
  /** Who sent it: a phone, or a device through the gateways. */
  readonly author: string
  /** Id that the gateway gave it; those of phones have none here. */
  readonly messageId?: string
}

/** An entry of the event log of a device. */
export interface LoggedEvent {
  readonly id: string
  readonly seq: number
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

/** An account: its phone in the world, and its device at the gateways. */
export interface AccountEvidence {
  readonly name: string
  /** What others said to it. */
  readonly said: readonly SaidText[]
  /** Texts that its device sent: the gateways accepted them. */
  readonly accepted: readonly SaidText[]
  /** The whole log of its device. */
  readonly log: readonly LoggedEvent[]
  /** Texts that its phone shows and others wrote, in its order. */
  readonly shown: readonly string[]
  /** What a real phone would have refused. */
  readonly violations: readonly unknown[]
  /** Events that the webhook got, in the order in which they came; at least once each. */
  readonly told: readonly { readonly id: string; readonly seq: number }[]
  /** Events that no webhook is told of unless it names them. */
  readonly untold: readonly string[]
}
