/** One durable change of a device's secrets. `value: undefined` deletes. */
export interface CredentialWrite {
  /** What it is: `session` for the ratchets with one other device; the others are the engine's own. */
  readonly kind: string
  readonly key: string
  readonly value: Uint8Array | undefined
}

/** The secrets of one device (identity, prekeys, ratchets, app-state keys…), kept sealed by the implementation. */
export interface CredentialStore {
  /** Values that exist, by key. */
  load(kind: string, keys: readonly string[]): Promise<Map<string, Uint8Array>>
  /** Every value of a kind, by key. */
  loadAll(kind: string): Promise<Map<string, Uint8Array>>
  /** The same for several kinds, read together. Every kind that was asked for is there. */
  loadKinds(kinds: readonly string[]): Promise<Map<string, Map<string, Uint8Array>>>
  /** Applies all or nothing; resolves only when a power failure can no longer lose it.
   *  @throws OwnershipLostError when another node owns the device by now. */
  save(writes: readonly CredentialWrite[]): Promise<void>
}
