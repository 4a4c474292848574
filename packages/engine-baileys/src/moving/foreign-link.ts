import type { SenderKeyState, SessionState } from '@switchboard/signal'
import type { DeviceCreds } from '../credentials/device-creds.ts'
import type { NumberedPreKey } from '../credentials/pre-keys.ts'
import type { PrivacyToken } from '../shared/shared-caches.ts'
import type { SignalAddress } from '../signal/signal-address.ts'

/** What another program kept of the ratchets with one device. */
export interface ForeignSession {
  readonly address: SignalAddress
  readonly current: SessionState | undefined
  /** Most recent first. */
  readonly archived: readonly SessionState[]
  /** When it was used last, as far as that program knew it; 0 when it did not. */
  readonly usedAt: number
}

export interface ForeignSenderKey {
  readonly group: string
  readonly sender: SignalAddress
  /** Newest first. */
  readonly states: readonly SenderKeyState[]
}

/** A link as another program kept it, in our terms. Addresses are as they stood there. */
export interface ForeignLink {
  readonly creds: DeviceCreds
  readonly businessName?: string | undefined
  readonly preKeys: readonly NumberedPreKey[]
  /** Users alone. */
  readonly pairs: readonly { readonly phone: string; readonly lid: string }[]
  readonly sessions: readonly ForeignSession[]
  readonly senderKeys: readonly ForeignSenderKey[]
  readonly appStateKeys: readonly { readonly id: Uint8Array; readonly data: Uint8Array }[]
  readonly tokens: readonly { readonly jid: string; readonly entry: PrivacyToken }[]
  /** Entries that could not be read, by what they are. */
  readonly unreadable: Readonly<Record<string, number>>
}

/** Reads many, counting what cannot be read instead of failing. */
export class Readings {
  readonly unreadable: Record<string, number> = {}

  /** @param what a plural, for people */
  all<Item, Read>(items: Iterable<Item>, what: string, read: (item: Item) => Read | undefined): Read[] {
    const found: Read[] = []
    for (const item of items) {
      const one = this.#try(() => read(item))
      if (one === undefined) this.unreadable[what] = (this.unreadable[what] ?? 0) + 1
      else found.push(one)
    }
    return found
  }

  #try<Read>(read: () => Read | undefined): Read | undefined {
    try {
      return read()
    } catch {
      return undefined
    }
  }
}
