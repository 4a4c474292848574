import type { Scope } from '../storage/scope.ts'

/** What nodes tell each other. More kinds are added where they are used. */
export interface News {
  /** Devices have no owner now: whoever has room may claim them at once. */
  readonly devices_free: { readonly count: number }
  /** Somebody else than its owner appended events of a device. */
  readonly events_appended: { readonly deviceId: string }
  /** Webhooks of a device or an API key were made, changed or removed; the one that is named is tried again at once. */
  readonly webhooks_changed: { readonly scope: Scope; readonly webhookId?: number }
  /** Something old of a webhook was put up for delivery, or a person wants it tried now. */
  readonly webhook_retry: { readonly scope: Scope; readonly webhookId: number; readonly deviceId?: string }
  /** An agent did something in Chatwoot that is to reach a device. */
  readonly agent_did: { readonly deviceId: string }
  /** A node is to give its devices away. */
  readonly node_drain: { readonly nodeId: string }
}

export type NewsKind = keyof News

/** News between the nodes. They are hints that may be lost or come late: whoever listens also looks into the database now and then, and what must
 *  not be lost goes another way. */
export interface NodeNews {
  /** Tells every node, this one included. Never throws, and waits for nobody. */
  publish<Kind extends NewsKind>(kind: Kind, data: News[Kind]): void
  /** Tells this node alone what has come another way. */
  heard<Kind extends NewsKind>(kind: Kind, data: News[Kind]): void
  /** @returns what ends it */
  subscribe<Kind extends NewsKind>(kind: Kind, listener: (data: News[Kind]) => void): () => void
}
