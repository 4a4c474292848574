import { LRUCache } from 'lru-cache'

/** What sending to a group needs to know of it. */
export interface KnownGroup {
  /** Bare addresses of the members, of the kind that the group uses. */
  readonly members: readonly string[]
  /** Every bare address of its admins. */
  readonly admins: ReadonlySet<string>
  readonly addressing: 'lid' | 'pn'
  /** The other bare address of each member, by either of the two, where WhatsApp told both. */
  readonly others: ReadonlyMap<string, string>
  /** After how long its messages disappear; 0: they stay. */
  readonly timerSeconds: number
}

/** What a contact and we gave each other so that messages are taken (`privacy-tokens.ts`). */
export interface PrivacyToken {
  /** Theirs; empty for none. */
  readonly token: Uint8Array
  /** Unix seconds as text: when they gave it. */
  readonly timestamp?: string
  /** Unix seconds: when they got ours. */
  readonly senderTimestamp?: number
}

/** A ratchet in its stored form: reading one takes microseconds, while the keys of one that was read keep the buffers of the messages they came from. */
export interface StoredSession {
  readonly bytes: Uint8Array
  /** Whether a message can be encrypted in it. It is asked for each message, before its turn to be encrypted comes. */
  readonly isOpen: boolean
}

/** What all sessions of a process share, so that a thousand idle ones cost nothing here. Keys begin with the session's serial. */
export interface SharedCaches {
  readonly sessions: LRUCache<string, StoredSession>
  readonly senderKeys: LRUCache<string, Uint8Array>
  /** The devices that hold our sender key of a group. */
  readonly keyHolders: LRUCache<string, ReadonlySet<string>>
  /** Companion numbers of an account, by bare address. */
  readonly devices: LRUCache<string, readonly number[]>
  /** Members of groups. */
  readonly groups: LRUCache<string, KnownGroup>
  /** Phone number ↔ LID; null: looked up, unknown. */
  readonly addresses: LRUCache<string, { readonly user: string | null }>
  readonly tokens: LRUCache<string, PrivacyToken>
  /** How often a retry was asked for or answered, by message and device. */
  readonly retries: LRUCache<string, number>
}

// A missed notification may not hide a new device for longer than this.
const DEVICES_TTL_MS = 60 * 60_000
const RETRIES_TTL_MS = 60 * 60_000
// A text to a large group asks for hundreds of entries; without this the clock is read for each.
const TTL_RESOLUTION_MS = 1000
/** Addresses in sets of devices, for each entry of the larger caches. */
const HOLDERS_AN_ENTRY = 5

/** So many entries, in memory that is taken as they come. By its own `max` a cache takes the room for all of them at once. */
const atMost = (entries: number) => ({ maxSize: Math.ceil(entries), sizeCalculation: () => 1 })

/** Bounded caches; `entries` limits each of the larger ones. */
export function createSharedCaches(entries: number): SharedCaches {
  return {
    sessions: new LRUCache(atMost(entries)),
    senderKeys: new LRUCache(atMost(entries / 4)),
    keyHolders: new LRUCache({ maxSize: entries * HOLDERS_AN_ENTRY, sizeCalculation: ({ size }) => size + 1 }),
    devices: new LRUCache({ ...atMost(entries), ttl: DEVICES_TTL_MS, ttlResolution: TTL_RESOLUTION_MS }),
    groups: new LRUCache({ ...atMost(entries / 20), ttl: DEVICES_TTL_MS, ttlResolution: TTL_RESOLUTION_MS }),
    addresses: new LRUCache(atMost(entries)),
    tokens: new LRUCache(atMost(entries / 4)),
    retries: new LRUCache({ ...atMost(entries / 4), ttl: RETRIES_TTL_MS }),
  }
}
