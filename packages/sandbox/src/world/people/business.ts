/** Opening hours of one day. Minutes after midnight. */
export interface BusinessDay {
  readonly day: 'sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat'
  readonly mode: 'specific_hours' | 'open_24h' | 'appointment_only'
  readonly openMinutes?: number
  readonly closeMinutes?: number
}

/** Something that a business sells. */
export interface CatalogProduct {
  readonly id: string
  readonly name: string
  readonly description?: string
  /** The business' own number of it. */
  readonly retailerId?: string
  readonly url?: string
  readonly imageUrl?: string
  /** Thousandths of the currency's unit. */
  readonly price1000?: number
  readonly currency?: string
  /** Nobody else sees it. */
  readonly hidden?: boolean
}

/** What somebody ordered. */
export interface PlacedOrder {
  /** Whoever shows it may see the order. */
  readonly token: string
  readonly items: readonly { readonly product: CatalogProduct; readonly quantity: number }[]
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
  products?: CatalogProduct[]
  /** By id. */
  orders?: Record<string, PlacedOrder>
  /** wa.me message links: code to the text that it fills in. */
  messageLinks?: Record<string, string>
}
