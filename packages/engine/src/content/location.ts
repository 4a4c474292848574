export interface LocationView {
  readonly latitude: number
  readonly longitude: number
  readonly name?: string
  readonly address?: string
  readonly url?: string
  readonly accuracyMeters?: number
  /** Of a live location: metres a second. */
  readonly speed?: number
  /** Of a live location: degrees clockwise from north. */
  readonly heading?: number
  /** Of a live location: counts its updates. */
  readonly sequence?: number
}

export interface LocationContent {
  readonly type: 'location'
  /** -90 to 90. */
  readonly latitude: number
  /** -180 to 180. */
  readonly longitude: number
  readonly name?: string
  readonly address?: string
  readonly url?: string
}

/** Where somebody is at the moment. A later one with a higher `sequence` is the next place. */
export interface LiveLocationContent {
  readonly type: 'live_location'
  /** -90 to 90. */
  readonly latitude: number
  /** -180 to 180. */
  readonly longitude: number
  readonly caption?: string
  readonly accuracyMeters?: number
  /** Metres a second. */
  readonly speed?: number
  /** Degrees clockwise from north. */
  readonly heading?: number
  readonly sequence?: number
}
