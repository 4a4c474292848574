export interface ContactView {
  readonly name?: string
  /** The card as it came. */
  readonly vcard?: string
}

/** One card or several. */
export interface ContactsContent {
  readonly type: 'contacts'
  readonly contacts: readonly { readonly name: string; readonly vcard: string }[]
}
