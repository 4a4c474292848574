/** What nodes tell each other. More kinds are added where they are used. */
export interface News {
  /** Devices have no owner now: whoever has room may claim them at once. */
  readonly devices_free: { readonly count: number }
  /** The owner of a device changed, or it has none now. */
  readonly owner_changed: { readonly deviceId: string }
}

export type NewsKind = keyof News

/** News between the nodes. They are hints that may be lost or come late: whoever listens also looks into the database now and then, and what must
 *  not be lost goes another way. */
export interface NodeNews {
  /** Tells every node, this one included. Never throws, and waits for nobody. */
  publish<Kind extends NewsKind>(kind: Kind, data: News[Kind]): void
  /** @returns what ends it */
  subscribe<Kind extends NewsKind>(kind: Kind, listener: (data: News[Kind]) => void): () => void
}
