import {
  type Account,
  type CredentialWrite,
  type InboundItem,
  OwnershipLostError,
  type PairingQr,
  type PasskeyRequest,
  type SessionHost,
  type SessionState,
} from '@switchboard/engine'
import type { DeviceCredentialStore } from '../storage/credential-store.ts'
import { fence, type Ownership } from '../storage/fence.ts'
import { AlreadyStored } from './already-stored.ts'
import { PlanOutdated } from './plan-outdated.ts'
import type { SessionDependencies } from './session-dependencies.ts'
import type { InboundPlan, SessionListener } from './sessions.ts'

/** What a connection tells its owner. */
export interface HostCallbacks {
  stateChanged(state: SessionState): void
  pairingQr(qr: PairingQr): void
  passkeyRequired(request: PasskeyRequest): void
  passkeyCode(code: string): void
  paired(account: Account): Promise<void>
  accountChanged(account: Account): void
}

interface HostParts extends HostCallbacks {
  readonly deviceId: string
  readonly dependencies: SessionDependencies
  readonly listener: () => SessionListener
  readonly ownership: Ownership
  readonly credentials: DeviceCredentialStore
}

/** Each one found that something had changed; more than a few in a row are a bug of ours. */
const maxPlans = 10

/** What one connection may ask of the gateway. An inbound item, what it means and the ratchets it moved become durable in one unit; only then
 *  does the engine acknowledge it to WhatsApp. */
export function createSessionHost(parts: HostParts): SessionHost {
  const { deviceId, dependencies, credentials, ownership } = parts
  const { database, eventLog } = dependencies

  const commit = async (writes: readonly CredentialWrite[], plan: InboundPlan): Promise<void> => {
    const before = [fence(database, deviceId, ownership), ...credentials.statements(writes)]
    const options = { lane: deviceId }
    try {
      await database.commit([...before, ...plan.statements, ...eventLog.statements(deviceId, plan.events)], options)
    } catch (error) {
      if (!(error instanceof AlreadyStored)) throw error
      await database.commit([...before, ...(plan.whenAlreadyStored ?? [])], options)
      return
    }
    plan.afterCommit?.()
  }

  /** Plans and commits, again when what the plan depends on changed in between: a send ended, a message was read. */
  const take = async (item: InboundItem, writes: readonly CredentialWrite[]): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await commit(writes, await parts.listener().planInbound(deviceId, item, attempt > 1))
      } catch (error) {
        if (!(error instanceof PlanOutdated) || attempt === maxPlans) throw error
      }
    }
  }

  return {
    async receive(item: InboundItem, writes) {
      try {
        await take(item, writes)
      } catch (error) {
        if (!(error instanceof OwnershipLostError)) {
          dependencies.logger.error({ device: deviceId, kind: item.kind, err: error }, 'an item could not be stored')
        }
        throw error
      }
    },
    stateChanged: parts.stateChanged,
    pairingQr: parts.pairingQr,
    passkeyRequired: parts.passkeyRequired,
    passkeyCode: parts.passkeyCode,
    paired: parts.paired,
    accountChanged: parts.accountChanged,
    sentMessage: (chat, id) => parts.listener().sentMessage(deviceId, chat, id),
  }
}
