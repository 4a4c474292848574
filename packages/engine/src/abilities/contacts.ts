export interface Registration {
  /** Digits as asked. */
  readonly phone: string
  readonly registered: boolean
  readonly jid?: string
  readonly lid?: string
}

export interface Contacts {
  /** Asks WhatsApp which international numbers (digits only) have an account. */
  registrations(phones: readonly string[]): Promise<Registration[]>
}
