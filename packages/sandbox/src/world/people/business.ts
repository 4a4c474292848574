/** Opening hours of one day. Minutes after midnight. */
export interface BusinessDay {
  readonly day: 'sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat'
  readonly mode: 'specific_hours' | 'open_24h' | 'appointment_only'
  readonly openMinutes?: number
  readonly closeMinutes?: number
}

/** What a business account shows of itself. */
export interface BusinessProfile {
  /** Name of the verified-name certificate. */
  verifiedName: string
  /** How far the name was checked. */
  verifiedLevel: 'unknown' | 'low' | 'high'
  description?: string
  address?: string
  email?: string
  websites?: string[]
  categories?: { id: string; name: string }[]
  hours?: { timezone: string; days: BusinessDay[] }
  /** Encoded VerifiedNameCertificate, signed by the account's phone. */
  certificate?: Uint8Array
  /** wa.me message links: code to the text that it fills in. */
  messageLinks?: Record<string, string>
}
