/** A contact card. Of the card's fields only those that it has. */
export interface ContactView {
  readonly name?: string
  /** The card as it came. */
  readonly vcard?: string
  readonly phones?: readonly {
    /** As the card writes it. */
    readonly number: string
    /** Digits of its WhatsApp account, when the card says that it has one. */
    readonly waid?: string
    /** What kind of number it is: `cell`, `work`, or a person's own word. */
    readonly label?: string
  }[]
  readonly emails?: readonly string[]
  readonly organization?: string
  readonly title?: string
  readonly urls?: readonly string[]
  /** Each in one line. */
  readonly addresses?: readonly string[]
  /** As the card writes it. */
  readonly birthday?: string
  readonly note?: string
}

/** A card that is written here. */
export interface ContactCard {
  readonly name: string
  /** International digits. */
  readonly phones?: readonly { readonly number: string; readonly label?: string }[]
  readonly organization?: string
  readonly title?: string
  readonly emails?: readonly string[]
  readonly urls?: readonly string[]
  readonly note?: string
}

/** One card or several: made from its fields, or given as it is to be sent, with the name that the card has when none is given. */
export interface ContactsContent {
  readonly type: 'contacts'
  readonly contacts: readonly (ContactCard | { readonly vcard: string; readonly name?: string })[]
}
