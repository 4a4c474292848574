/** A stanza as it came, for what nobody has described yet. */
export interface RawNode {
  readonly tag: string
  readonly attrs: Readonly<Record<string, string>>
  /** Null: nothing. */
  readonly content: readonly RawNode[] | Uint8Array | null
}

/** Where WhatsApp's servers send a sign when something waits for this device and it is not connected. */
export type PushTarget =
  | { readonly platform: 'fcm'; readonly token: string }
  | {
      readonly platform: 'apns'
      readonly token: string
      readonly voipToken?: string
      /** 32 bytes: seals the message ids in what is pushed. */
      readonly messageIdKey: Uint8Array
    }
  | { readonly platform: 'web'; readonly endpoint: string; readonly auth: Uint8Array; readonly p256dh: Uint8Array }

/** All @throws EngineError `timeout`, or `refused` with WhatsApp's code. */
export interface Push {
  /** What WhatsApp has registered for this device, as it says it. */
  settings(): Promise<RawNode>
  /** Takes the place of what was registered. */
  register(target: PushTarget): Promise<void>
}
