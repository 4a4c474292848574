import { EngineError, type Logger } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'
import type { EventLog } from '../eventlog/event-log.ts'
import { planEvents } from '../events/plan-events.ts'
import { noteChange } from '../observe/note-change.ts'
import type { Addresses } from '../people/addresses.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { type CallRow, type CallSettings, CallStore } from '../storage/call-store.ts'
import type { Database } from '../storage/database.ts'

interface CallsParts {
  readonly database: Database
  readonly sessions: Sessions
  readonly addresses: Addresses
  readonly eventLog: EventLog
  readonly clock: { now(): number }
  readonly logger: Logger
}

/** Thrown out of a unit: somebody answered meanwhile. */
class Answered extends Error {}

/** WhatsApp's code for a call that is over. */
const gone = 404
/** What rang longer ago rings no more. */
const ringMs = 60_000

/** Refuses calls, by request or by itself. */
export class Calls {
  readonly #parts: CallsParts
  readonly #store: CallStore

  constructor(parts: CallsParts) {
    this.#parts = parts
    this.#store = new CallStore(parts.database)
  }

  settings(deviceId: string): Promise<CallSettings> {
    return this.#store.settings(deviceId)
  }

  async change(deviceId: string, settings: CallSettings): Promise<void> {
    const { database, sessions, clock } = this.#parts
    const about = { action: 'device.call_settings_set', target: deviceId, at: clock.now() }
    const noted = noteChange(database, { ...about, otherwise: `device:${deviceId}` })
    await database.commit([...sessions.fence(deviceId), this.#store.set(deviceId, settings), noted], { lane: deviceId })
  }

  /** Refuses a call that rings. One that was refused already stays so.
   *  @param caller who calls, by number or LID. @throws AppError call_not_found | call_over | device_not_connected, and what WhatsApp refuses */
  async reject(deviceId: string, callId: string, caller: string): Promise<void> {
    const row = await this.#store.find(deviceId, callId)
    const { addresses, sessions } = this.#parts
    const both = await addresses.lookUp(deviceId, [caller, row?.creator ?? caller], sessions.account(deviceId))
    if (!row || both(row.creator).jid !== both(caller).jid) throw new AppError('call_not_found')
    if (row.state === 'rejected') return
    if (row.state === 'ended' || row.state === 'missed' || row.state === 'accepted') throw new AppError('call_over')
    await this.#refuse(row, false)
  }

  /** A call came that the device refuses by itself. Never rejects. */
  due(deviceId: string, callId: string): void {
    this.#quietly(deviceId, async () => {
      const row = await this.#store.find(deviceId, callId)
      if (row?.state === 'to_reject') await this.#refuse(row, true)
    })
  }

  /** The device is connected: continues what an earlier process or connection left. Never rejects. */
  opened(deviceId: string): void {
    this.#quietly(deviceId, async () => {
      for (const row of await this.#store.inState(deviceId, 'to_reject')) {
        const rings = Number(row.offered_at) > this.#parts.clock.now() - ringMs
        if (rings) await this.#refuse(row, true)
        else await this.#move(row, 'ended')
      }
    })
  }

  /** Forgets calls that were offered before an instant. */
  purge(before: number): Promise<void> {
    return this.#store.purge(before)
  }

  async #refuse(row: CallRow, auto: boolean): Promise<void> {
    const { sessions } = this.#parts
    const calls = sessions.require(row.device_id).use('calls')
    try {
      await calls.reject({ id: row.id, creator: row.creator_device })
    } catch (error) {
      if (!(error instanceof EngineError && error.remoteCode === gone)) throw error
      await this.#move(row, 'ended')
      if (auto) return
      throw new AppError('call_over', undefined, { cause: error })
    }
    await this.#move(row, 'rejected', auto)
  }

  /** Stores what became of a call, and tells that the account refused it. */
  async #move(row: CallRow, to: 'rejected' | 'ended', auto = false): Promise<void> {
    const { database, sessions, eventLog, addresses, clock } = this.#parts
    const { device_id: deviceId, id } = row
    const account = sessions.account(deviceId)
    const both = await addresses.lookUp(deviceId, [row.creator], account)
    const told =
      to === 'rejected' && account
        ? planEvents(
            { account, address: both },
            {
              ...{
                kind: 'call',
                step: 'reject',
                name: 'reject',
                callId: id,
                at: clock.now(),
                offline: false,
                fromMe: true,
              },
              ...{ from: both(account.jid), creator: both(row.creator), creatorDevice: row.creator_device },
              ...(row.video === null ? {} : { video: row.video === 1 }),
              ...(row.is_group === 1 ? { isGroup: true } : {}),
              ...(row.group_jid === null ? {} : { group: { jid: row.group_jid } }),
              ...(auto ? { reason: 'auto_reject' } : {}),
            },
          )
        : []
    const moved = this.#store.move(deviceId, id, ['ringing', 'noticed', 'to_reject'], to, () => new Answered())
    try {
      const unit = [...sessions.fence(deviceId), moved, ...eventLog.statements(deviceId, told)]
      await database.commit(unit, { lane: deviceId })
    } catch (error) {
      if (!(error instanceof Answered)) throw error
    }
  }

  #quietly(deviceId: string, act: () => Promise<void>): void {
    act().catch((err) => {
      if (err instanceof AppError && err.code === 'device_not_connected') return
      this.#parts.logger.error({ device: deviceId, err }, 'a call could not be refused')
    })
  }
}
