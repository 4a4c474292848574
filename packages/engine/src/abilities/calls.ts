/** A call that rings, as its offer named it. */
export interface RingingCall {
  readonly id: string
  /** The device that calls, in the words of the offer. */
  readonly creator: string
}

export interface Calls {
  /** Refuses a call: the other devices of the account stop ringing, and the caller sees it. Resolves when WhatsApp took it over.
   *  @throws EngineError `timeout`, or `refused` with WhatsApp's code */
  reject(call: RingingCall): Promise<void>
}
