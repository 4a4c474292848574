import type { Address } from '../jid.ts'

/** Who sees status posts. `isDefault`: this list is in force. */
export interface StatusAudience {
  readonly type: 'contacts' | 'blacklist' | 'whitelist'
  readonly people: readonly Address[]
  readonly isDefault: boolean
}

/** Who a code leads to. */
export interface ResolvedCode {
  readonly type: 'contact' | 'message'
  readonly who: Address
  readonly pushName: string
  /** Text that a message link puts into the chat. */
  readonly message?: string
  readonly business?: { readonly verifiedName: string; readonly verifiedLevel: string; readonly isSigned: boolean }
}

/** WhatsApp's name of a privacy category: `last`, `online`, `profile`, `status`, `readreceipts`, `groupadd`, `calladd`, `messages`, `defense`, `stickers`. */
export type PrivacySettings = Readonly<Record<string, string>>

export interface AboutWish {
  readonly text: string
  readonly emoji?: string
  /** After so long it is blank again; absent or 0: it stays. */
  readonly seconds?: number
}

/** The own account as others see it. All @throws EngineError `timeout`, or `refused` with WhatsApp's code. */
export interface Profile {
  /** Blank without an emoji removes it. */
  setAbout(about: AboutWish): Promise<void>
  /** The name that people see who have not saved the account. */
  setPushName(name: string): Promise<void>
  /** @param jpeg undefined removes it. Resolves with the id of the new photo, '' when removed. */
  setPhoto(jpeg: Uint8Array | undefined): Promise<string>
  /** Timer of chats that begin from now on, seconds. */
  setDefaultTimer(seconds: number): Promise<void>
  privacy(): Promise<PrivacySettings>
  setPrivacy(category: string, value: string): Promise<PrivacySettings>
  statusAudiences(): Promise<StatusAudience[]>
  /** Code of the own contact link. @param renew ends the old one */
  contactCode(renew: boolean): Promise<string>
  /** Of contact links and of business message links. */
  resolveCode(code: string): Promise<ResolvedCode>
  blocklist(): Promise<Address[]>
  setBlocked(person: Address, blocked: boolean): Promise<void>
}
