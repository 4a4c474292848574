/** What a phone does and shows in channels. Channels are named by their address. */
export interface ChannelsPhone {
  create(name: string): Promise<string>
  follow(channel: string): Promise<unknown>
  /** Whether its posts are silent on this account. */
  isMuted(channel: string): Promise<boolean>
}
