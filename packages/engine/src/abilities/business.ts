import type { Address } from '../jid.ts'

/** Opening hours of one day. Minutes after midnight. */
export interface BusinessDay {
  /** `sun` … `sat`. */
  readonly day: string
  /** `specific_hours`, `open_24h` or `appointment_only`. */
  readonly mode: string
  readonly opensAt?: number
  readonly closesAt?: number
}

/** What a business shows of itself. */
export interface BusinessProfile {
  readonly who: Address
  readonly address?: string
  readonly description?: string
  readonly email?: string
  readonly websites: readonly string[]
  readonly categories: readonly { readonly id: string; readonly name: string }[]
  readonly hours?: { readonly timezone: string; readonly days: readonly BusinessDay[] }
  /** Whether it has a shop, a cart and so on: name → value, as WhatsApp gives them. */
  readonly options: Readonly<Record<string, string>>
}

/** An assistant that WhatsApp offers. */
export interface Bot {
  readonly jid: string
  readonly personaId: string
}

export interface BotProfile extends Bot {
  readonly name: string
  readonly attributes: string
  readonly description: string
  readonly category: string
  readonly isDefault: boolean
  readonly commandsDescription: string
  readonly commands: readonly { readonly name: string; readonly description: string }[]
  readonly prompts: readonly { readonly emoji: string; readonly text: string }[]
}

/** Something that a business sells. Prices are in thousandths of the currency's unit, as WhatsApp counts them. */
export interface CatalogProduct {
  readonly id: string
  readonly name: string
  readonly description?: string
  /** The business' own number of it. */
  readonly retailerId?: string
  readonly url?: string
  readonly imageUrl?: string
  readonly price1000?: number
  readonly currency?: string
  /** Nobody but the business sees it. */
  readonly hidden: boolean
  /** WhatsApp's word for what it thinks of the product, such as `APPROVED`. */
  readonly review?: string
}

export interface CatalogPage {
  readonly products: readonly CatalogProduct[]
  /** Where the next page begins; absent on the last. */
  readonly next?: string
}

export interface OrderDetails {
  readonly products: readonly {
    readonly id: string
    readonly name: string
    readonly quantity: number
    readonly price1000?: number
    readonly currency?: string
    readonly imageUrl?: string
  }[]
  readonly total1000?: number
  readonly currency?: string
}

/** Businesses and bots. All @throws EngineError `timeout`, or `refused` with WhatsApp's code. */
export interface Business {
  /** Undefined for somebody who is no business. */
  profile(jid: string): Promise<BusinessProfile | undefined>
  /** What a business sells. Who sells nothing is refused with 404. */
  catalog(jid: string, page: { readonly limit: number; readonly after?: string }): Promise<CatalogPage>
  /** What an order message is about. @param token as that message has it. An order that is not known, or not under that token, is refused with 404 */
  order(id: string, token: string): Promise<OrderDetails>
  bots(): Promise<Bot[]>
  botProfiles(bots: readonly Bot[]): Promise<BotProfile[]>
}
