/** Acts on channels. All @throws EngineError `timeout`, or `refused` with WhatsApp's code: 403 not allowed, 404 no such channel. */
export interface Channels {
  /** Whether posts of a followed channel are announced on the account's phones. */
  mute(channel: string, muted: boolean): Promise<void>
}
