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

/** Businesses and bots. All @throws EngineError `timeout`, or `refused` with WhatsApp's code. */
export interface Business {
  /** Undefined for somebody who is no business. */
  profile(jid: string): Promise<BusinessProfile | undefined>
  bots(): Promise<Bot[]>
  botProfiles(bots: readonly Bot[]): Promise<BotProfile[]>
}
