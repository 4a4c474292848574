/** Something to tap under a message. */
export interface ButtonView {
  readonly text: string
  /** `reply` answers with its id, `url` opens a link, `call` a number, `copy` puts `code` on the clipboard; `other`: WhatsApp's `name` says what. */
  readonly kind: 'reply' | 'url' | 'call' | 'copy' | 'other'
  readonly id?: string
  readonly url?: string
  readonly phone?: string
  readonly code?: string
  readonly name?: string
}

export interface ListSectionView {
  readonly title?: string
  readonly rows: readonly { readonly id?: string; readonly title: string; readonly description?: string }[]
}

/** Amounts are in the smallest steps that WhatsApp counts: a thousandth of the currency's unit. */
export interface ProductView {
  readonly id?: string
  readonly title?: string
  readonly description?: string
  readonly price1000?: number
  readonly salePrice1000?: number
  readonly currency?: string
  /** The business' own number of it. */
  readonly retailerId?: string
  readonly url?: string
  /** Address of the business. */
  readonly business?: string
}

export interface OrderView {
  readonly id?: string
  /** Opens the order's details. */
  readonly token?: string
  readonly title?: string
  readonly items?: number
  readonly total1000?: number
  readonly currency?: string
  /** Address of the business. */
  readonly seller?: string
}

/** What businesses put into messages. */
export interface BusinessView {
  readonly title?: string
  readonly footer?: string
  readonly buttons?: readonly ButtonView[]
  /** What the button that opens a list says. */
  readonly listButton?: string
  readonly sections?: readonly ListSectionView[]
  readonly product?: ProductView
  readonly order?: OrderView
  /** Cards side by side. */
  readonly cards?: readonly (Omit<BusinessView, 'cards'> & { readonly text?: string })[]
}
