import type { SessionState } from '@switchboard/engine'
import type { Attempt } from './attempt.ts'
import type { ConnectionView, View } from './connection-view.ts'
import type { DurableSession } from './durable-session.ts'
import type { EndHistory } from './end-history.ts'
import type { ReconnectPlan } from './reconnect-plan.ts'
import type { SessionDependencies } from './session-dependencies.ts'
import type { Next } from './session-end.ts'
import type { SessionListener } from './sessions.ts'

/** What is known of a connection that has ended. `openedAt`: on the monotonic clock, 0 when it never was open. */
type Ended = Pick<Attempt, 'openedAt' | 'requestId'>

interface EndParts {
  readonly deviceId: string
  readonly record: DurableSession
  readonly history: EndHistory
  readonly view: ConnectionView
  readonly plan: ReconnectPlan
  readonly dependencies: Pick<SessionDependencies, 'clock' | 'observer'>
  readonly listener: () => SessionListener
}

/** What follows when a device's connection ends. For tasks that run in the command lane. */
export class ConnectionEnds {
  readonly #parts: EndParts

  constructor(parts: EndParts) {
    this.#parts = parts
  }

  /** Makes the end of a connection durable and does what follows from it. */
  async conclude(end: SessionState, ended: Ended): Promise<void> {
    const { deviceId, record, history, view, listener } = this.#parts
    const owned = end.name !== 'replaced' || (await record.stillOwned())
    const plan = history.plan(end, { openedAt: ended.openedAt, owned, linked: record.linked ?? false })
    view.hideQr()
    const unlinked = !record.linked && end.name === 'closed'
    const shown: View = unlinked ? { name: 'idle', reason: end.reason ?? 'closed' } : end
    const known = owned && end.reason !== 'ownership_lost'
    const ours = known && (await record.noteEnd(end, shown, plan))
    if (!ours) {
      this.lose(end, ended)
      return
    }
    if (plan.wipe) record.forgetLink()
    this.settle(shown, plan.next)
    this.report(end, ended)
    if (end.name === 'banned') listener().banned(deviceId, end.expiresAt, end.detail)
    if (plan.wipe) void listener().loggedOut(deviceId)
  }

  /** Another process has the device now. */
  lose(end: SessionState, ended: Ended): void {
    this.#parts.record.loseOwnership()
    const lost: SessionState = { ...end, reason: 'ownership_lost' }
    this.settle(lost, { kind: 'stop' })
    this.report(lost, ended)
  }

  /** Says how the connection ended and what is planned now. */
  report(end: SessionState, { openedAt, requestId }: Ended): void {
    const { deviceId, plan, history, dependencies } = this.#parts
    dependencies.observer.ended({
      device: deviceId,
      end,
      openMs: openedAt > 0 ? dependencies.clock.monotonic() - openedAt : 0,
      next: plan.automatic ? 'reconnect' : plan.halted || end.reason === 'ownership_lost' ? 'stop' : 'wait_for_person',
      retryAt: plan.retryAt,
      failures: history.failures,
      requestId,
    })
  }

  /** There is no connection now: this is why, and this comes next. */
  settle(view: View, next: Next): void {
    this.#parts.plan.follow(next)
    this.#parts.view.show(view)
  }
}
