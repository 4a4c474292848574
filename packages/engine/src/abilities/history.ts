/** A message before which older ones are wanted. */
export interface HistoryAnchor {
  readonly id: string
  readonly fromMe: boolean
  /** Unix ms. */
  readonly at: number
}

/** The past that the account's phone has and this device does not. */
export interface HistoryRequests {
  /** Asks the phone for messages of a chat that are older than that one. They come as an item `history` with the type ON_DEMAND, whenever the phone is on;
   *  nothing comes when it has none, or does not know the chat. Resolves when the request is written. @throws EngineError `closed` */
  requestOlder(chat: string, before: HistoryAnchor, count: number): Promise<void>
}
