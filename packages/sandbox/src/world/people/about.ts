/** What a person says of themselves. */
export interface About {
  readonly text: string
  /** World time, ms. */
  readonly at: number
  readonly emoji?: string
  /** After so long it is blank again; it stays when absent. */
  readonly seconds?: number
}

/** The about text as it is at that time. */
export function aboutAt(about: About, now: number): About {
  const { at, seconds } = about
  return seconds !== undefined && at + seconds * 1000 <= now ? { text: '', at: at + seconds * 1000 } : about
}
