/** A part of a page that a link can lead to, and the search finds. */
export interface Section {
  readonly anchor: string
  /** As it is written, without markup. */
  readonly title: string
  readonly depth: number
  readonly text: string
}

/** A page of the site before its frame is put around it. */
export interface Page {
  /** From the root of the site. */
  readonly address: string
  readonly title: string
  readonly main: string
  readonly sections: readonly Section[]
}
