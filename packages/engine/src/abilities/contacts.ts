import type { Address } from '../jid.ts'

/** Whom a user name leads to. `key_needed`: its key is missing or wrong. */
export type UsernameAnswer =
  | { readonly state: 'none' | 'key_needed' }
  | { readonly state: 'found'; readonly who: Address; readonly username: string; readonly isBusiness: boolean }

export interface Registration {
  /** Digits as asked. */
  readonly phone: string
  readonly registered: boolean
  readonly jid?: string
  readonly lid?: string
  /** Without @. */
  readonly username?: string
}

export interface Contacts {
  /** Asks WhatsApp which international numbers (digits only) have an account. */
  registrations(phones: readonly string[]): Promise<Registration[]>
  /** Asks WhatsApp whom a user name leads to. @param name without @ @param key the four digits that some names need
   *  @throws EngineError `timeout`, `refused` */
  findUsername(name: string, key?: string): Promise<UsernameAnswer>
}
