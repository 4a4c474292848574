/** A stanza to write. Attributes without a value are left out; parts of it may be encoded already. */
export interface Stanza {
  readonly tag: string
  readonly attrs: Readonly<Record<string, string | undefined>>
  readonly content?: string | Uint8Array | readonly Stanza[] | NodesAhead | undefined
}

/** Nodes that were encoded ahead. */
export interface NodesAhead {
  readonly count: number
  readonly bytes: readonly Uint8Array[]
}
