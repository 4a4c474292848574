import type { Addressing } from '../address.ts'

/** A call as the server follows it. Plain data; people are named by the user part of their LID. */
export interface Call {
  readonly id: string
  readonly creator: string
  /** Number of the device that calls. */
  readonly creatorDevice: number
  /** Who is called, with the device that answered once one did. */
  readonly callees: Record<string, { state: 'ringing' | 'accepted' | 'rejected'; device?: number }>
  readonly media: 'audio' | 'video'
  /** JID text of the group that is called together. */
  readonly group?: string
  readonly addressing: Addressing
  /** World time, ms. */
  readonly at: number
  readonly ringsUntil: number
  state: 'ringing' | 'accepted' | 'ended'
  /** Why it ended: `timeout`, `rejected`, or what the one who hung up said. */
  reason?: string
}

/** How long a phone rings. WhatsApp's own time is not documented; callers were seen to give up after about a minute. */
export const ringMs = 60_000
