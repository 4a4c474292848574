export interface Presence {
  /** Own availability. Needs a push name, else it does nothing and resolves false. */
  setAvailable(available: boolean): Promise<boolean>
  setChatState(chat: string, state: 'composing' | 'recording' | 'paused'): Promise<void>
  subscribe(jid: string): Promise<void>
}
