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
