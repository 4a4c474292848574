import { setTimeout as sleep } from 'node:timers/promises'
import type { SessionState } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'
import { listDevicesToStart } from '../storage/session-store.ts'
import { DeviceSession } from './device-session.ts'
import { Gate } from './gate.ts'
import { createLane } from './lane.ts'
import { nextActionFor } from './next-action.ts'
import { RegistrationCache } from './registration-cache.ts'
import type { SessionDependencies, WatchdogSettings } from './session-dependencies.ts'
import type { ReconnectOutcome, SessionListener, SessionStatus, Sessions } from './sessions.ts'
import { readSettings, storeSettings } from './settings.ts'

/** A healthy connection is heard at least every 30 s, because the engine pings. */
const standardWatchdog: WatchdogSettings = { tickMs: 15_000, silenceMs: 60_000, pingMs: 10_000 }

/** A ban that an earlier process was told of. */
const banned = (expiresAt: number, detail: string | null): SessionState => ({
  name: 'banned',
  expiresAt,
  ...(detail !== null && { detail }),
})

const startRetryMs = 2_000

/** Builds the owner of every connection. Nothing connects before `start()` or a request. */
export function createSessions(dependencies: SessionDependencies): Sessions {
  const { database, clock, config, logger, random } = dependencies
  const bounds = dependencies.watchdog ?? standardWatchdog
  const devices = new Map<string, DeviceSession>()
  const registrations = new RegistrationCache(config.whatsapp.registrationCache)
  const gate = new Gate(config.startup.concurrency)
  let listener: SessionListener | undefined
  let watchdog: NodeJS.Timeout | undefined
  let draining = false

  const shared = {
    gate,
    listener: () => {
      if (!listener) throw new Error('sessions need a listener before they connect')
      return listener
    },
  }

  const device = (deviceId: string): DeviceSession => {
    let found = devices.get(deviceId)
    if (!found) {
      if (draining) throw new AppError('shutting_down')
      found = new DeviceSession(deviceId, dependencies, shared)
      devices.set(deviceId, found)
    }
    return found
  }

  const unknownStatus = (): SessionStatus => ({
    state: { name: 'idle' },
    nextAction: nextActionFor({ name: 'idle' }, false),
    loaded: false,
    connected: false,
    linked: false,
    since: clock.now(),
  })

  const startUp = async (): Promise<void> => {
    const rows = await listDevicesToStart(database)
    const now = clock.now()
    for (const row of rows) {
      if (draining) return
      // The jitter is drawn before a slot is taken, so that no device sleeps while it holds one.
      const at = now + random() * config.startup.jitterMaxMs
      const bannedUntil = Number(row.banned_until ?? 0)
      if (bannedUntil > at) device(row.id).schedule(bannedUntil, true, banned(bannedUntil, row.state_reason))
      else device(row.id).schedule(at, row.status !== 'pending')
    }
    logger.info({ devices: rows.length }, 'linked devices are coming up')
  }

  /** When the database goes away just now, no device must stay down for it. */
  const startUpSurely = async (): Promise<void> => {
    for (;;) {
      try {
        return await startUp()
      } catch (error) {
        if (draining) return
        logger.error({ err: error }, 'the start of linked devices failed; it is tried again')
        await sleep(startRetryMs, undefined, { ref: false })
      }
    }
  }

  const reconnectOne = async (deviceId: string, at: number, waitMs: number): Promise<ReconnectOutcome> => {
    const each = device(deviceId)
    if (each.status.connected) return { deviceId, outcome: 'already_connected' }
    each.schedule(at, true)
    await each.settled(waitMs)
    const { connected, state, retryAt } = each.status
    if (connected) return { deviceId, outcome: 'reconnected' }
    const reason = 'reason' in state ? state.reason : undefined
    const goesOn = state.name === 'connecting' || (reason === undefined && retryAt !== undefined)
    return goesOn ? { deviceId, outcome: 'requested' } : { deviceId, outcome: 'failed', reason: reason ?? state.name }
  }

  const reconnectAll = async (waitMs: number): Promise<ReconnectOutcome[]> => {
    const rows = await listDevicesToStart(database)
    const now = clock.now()
    const at = () => now + random() * config.startup.jitterMaxMs
    return Promise.all(
      rows.map(({ id, banned_until: bannedUntil }): Promise<ReconnectOutcome> => {
        const banned = Number(bannedUntil ?? 0) > now
        return banned
          ? Promise.resolve({ deviceId: id, outcome: 'skipped', reason: 'banned' })
          : reconnectOne(id, at(), waitMs)
      }),
    )
  }

  return {
    listen: (next) => {
      listener = next
    },
    start() {
      void startUpSurely()
      if (!config.whatsapp.watchdog) return
      watchdog = setInterval(() => {
        for (const each of devices.values()) each.inspect(bounds)
      }, bounds.tickMs).unref()
    },
    status: (deviceId) => devices.get(deviceId)?.status ?? unknownStatus(),
    require(deviceId) {
      const found = devices.get(deviceId)
      if (!found) throw new AppError(draining ? 'shutting_down' : 'device_not_linked')
      return found.openSession
    },
    lane: (deviceId) => devices.get(deviceId)?.lane ?? createLane(),
    fence: (deviceId) => devices.get(deviceId)?.fence() ?? [],
    account: (deviceId) => devices.get(deviceId)?.account,
    login: async (deviceId) => device(deviceId).login(),
    loginCode: async (deviceId, phone) => device(deviceId).loginCode(phone),
    reconnect: async (deviceId) => device(deviceId).reconnect(),
    reconnectAll,
    async registration(deviceId, phone) {
      const session = this.require(deviceId)
      return registrations.find(phone, (asked) => session.use('contacts').registrations([asked]))
    },
    logout: async (deviceId) => device(deviceId).logout(),
    async remove(deviceId) {
      await device(deviceId).remove()
      devices.delete(deviceId)
    },
    settings: (deviceId) => readSettings(dependencies, deviceId),
    async changeSettings(deviceId, change) {
      await storeSettings(dependencies, deviceId, change)
      await devices.get(deviceId)?.settingsChanged()
    },
    settingsChanged: async (deviceId) => devices.get(deviceId)?.settingsChanged(),
    counts() {
      const counts: Record<string, number> = {}
      for (const each of devices.values()) {
        const { name } = each.status.state
        counts[name] = (counts[name] ?? 0) + 1
      }
      return counts
    },
    async drain(deadlineMs) {
      draining = true
      clearInterval(watchdog)
      let timer: NodeJS.Timeout | undefined
      const deadline = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, deadlineMs)
      })
      const stopped = [...devices.values()].map(async (each) => {
        await Promise.race([each.lane.run(async () => undefined).catch(() => undefined), deadline])
        await each.stop()
      })
      await Promise.race([Promise.allSettled(stopped), deadline])
      clearTimeout(timer)
    },
  }
}
