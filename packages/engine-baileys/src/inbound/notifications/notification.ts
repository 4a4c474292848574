import type { InboundItem } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import type { OwnPrivacy } from '../../abilities/privacy/own-privacy.ts'
import type { AppStateSync } from '../../app-state/app-state-sync.ts'
import type { Connection } from '../../link/connection.ts'
import type { PasskeyPairing } from '../../link/passkey-pairing.ts'
import type { DeviceDirectory } from '../../outbound/device-directory.ts'
import type { GroupDirectory } from '../../outbound/group-directory.ts'
import type { PrivacyTokens } from '../../outbound/privacy-tokens.ts'
import type { OwnUsername } from '../../session/own-username.ts'
import type { SessionContext } from '../../session/session-context.ts'
import type { AddressBook } from '../../signal/address-book.ts'
import { stanzaTime } from '../../wire/nodes.ts'

/** What notifications change. */
export interface NotificationParts {
  readonly connection: Pick<Connection, 'takeLinkCode'>
  readonly passkey: Pick<PasskeyPairing, 'required' | 'continued'>
  readonly context: SessionContext
  readonly directory: DeviceDirectory
  readonly groups: GroupDirectory
  readonly privacy: OwnPrivacy
  readonly username: OwnUsername
  readonly tokens: PrivacyTokens
  readonly appState: AppStateSync
}

/** What one type of notification means. */
export interface Notification {
  readonly type: string
  /** Deals with all of it and acknowledges it, in place of `take` and `items`: a step of linking, which has an order of its own. */
  whole?(node: BinaryNode, parts: NotificationParts): Promise<void>
  /** It is dealt with before what came behind it. Others may wait for answers of the server, which come in behind them. */
  inOrder?(node: BinaryNode): boolean
  /** What the session itself does about it, before `items`. @throws NotStoredError when it was not taken */
  take?(node: BinaryNode, parts: NotificationParts): Promise<void> | void
  /** What it tells, in order; a later one is handed over when the earlier ones are durable. */
  items?(node: BinaryNode, book: AddressBook): Promise<readonly InboundItem[]> | readonly InboundItem[]
}

/** What every item that a notification becomes has. @param part names the item where a notification becomes several */
export const itemBase = (node: BinaryNode, part: string | number = 0) => ({
  stanzaId: `${node.attrs['id'] ?? ''}/${part}`,
  at: stanzaTime(node),
  offline: node.attrs['offline'] !== undefined,
})
