import { type Account, bareJid, type Session, type SessionState } from '@switchboard/engine'
import type { Attempt } from './attempt.ts'
import type { ConnectionView } from './connection-view.ts'
import type { DurableSession } from './durable-session.ts'
import type { SessionDependencies } from './session-dependencies.ts'
import type { SessionListener } from './sessions.ts'

interface StartParts {
  readonly deviceId: string
  readonly record: DurableSession
  readonly view: ConnectionView
  readonly dependencies: Pick<SessionDependencies, 'clock' | 'observer'>
  readonly listener: () => SessionListener
}

/** What follows when a device is linked, and when its connection is open. */
export class ConnectionStarts {
  readonly #parts: StartParts

  constructor(parts: StartParts) {
    this.#parts = parts
  }

  /** For tasks that run in the command lane. @returns false when another process has the device now */
  async opened(attempt: Attempt, session: Session, state: SessionState): Promise<boolean> {
    const { deviceId, record, view, dependencies } = this.#parts
    const account = session.account ?? record.account
    record.account = account
    record.linked = true
    view.hideQr()
    view.show(state)
    const fresh = { status: 'active', state: 'open', reason: null, bannedUntil: null } as const
    const change = { ...fresh, lastActiveAt: dependencies.clock.now(), ...(account && { account }) }
    const ours = await record.note(change, [{ kind: 'state_changed', state, wasOpen: false }])
    if (ours) dependencies.observer.connected(deviceId, attempt.ageMs, attempt.requestId)
    return ours
  }

  async paired(account: Account, { requestId }: Attempt): Promise<void> {
    const { deviceId, record, view, dependencies, listener } = this.#parts
    // What a crash left of a former link, perhaps to another account, must not leave under this one.
    await listener().loggedOut(deviceId)
    record.account = account
    view.hideQr()
    const { jid = null, linked_at = null } = record.row ?? {}
    const isKnown = linked_at !== null && jid !== null && bareJid(jid) === bareJid(account.jid)
    const since = isKnown ? {} : { linkedAt: dependencies.clock.now() }
    const change = { account, status: 'disconnected', state: 'pairing', reason: null, ...since } as const
    const more = [record.usePairingLinks(), ...(isKnown ? [] : record.forgetStanding())]
    await record.commit(change, [{ kind: 'paired', account }], more)
    record.linked = true
    dependencies.observer.linked(deviceId, account, requestId)
  }
}
