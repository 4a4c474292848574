import { AppError } from '../errors/app-error.ts'
import { BringUp } from './bring-up.ts'
import { createDeviceLane } from './device-lane.ts'
import { DeviceSession } from './device-session.ts'
import { drainDevices } from './drain-devices.ts'
import { Gate } from './gate.ts'
import { nextActionFor } from './next-action.ts'
import { Pairings } from './pairings.ts'
import { RegistrationCache } from './registration-cache.ts'
import { remoteStatus } from './remote-status.ts'
import type { SessionDependencies, WatchdogSettings } from './session-dependencies.ts'
import type { SessionListener, SessionStatus, Sessions } from './sessions.ts'
import { readSettings, storeSettings } from './settings.ts'

/** A healthy connection is heard at least every 30 s, because the engine pings. */
const standardWatchdog: WatchdogSettings = { tickMs: 15_000, silenceMs: 60_000, pingMs: 10_000 }

/** How long what runs may take when a device moves to another node. */
const handOverMs = 3_000

/** Builds the owner of every connection. Nothing connects before `start()` or a request. */
export function createSessions(dependencies: SessionDependencies): Sessions {
  const { clock, config, own } = dependencies
  const bounds = dependencies.watchdog ?? standardWatchdog
  const devices = new Map<string, DeviceSession>()
  const registrations = new RegistrationCache(config.whatsapp.registrationCache)
  const gate = new Gate(config.startup.concurrency)
  let listener: SessionListener | undefined
  let watchdog: NodeJS.Timeout | undefined
  let draining = false
  const asides = new Set<string>()
  const isAside = () =>
    new AppError('not_ready', 'Something of the device is being erased. It is back in a moment', {
      retryAfterSeconds: 1,
    })

  const shared = {
    gate,
    pairings: new Pairings(config.whatsapp.pairingsPerKey),
    listener: () => {
      if (!listener) throw new Error('sessions need a listener before they connect')
      return listener
    },
  }

  const device = (deviceId: string): DeviceSession => {
    let found = devices.get(deviceId)
    if (!found) {
      if (draining) throw new AppError('shutting_down')
      if (asides.has(deviceId)) throw isAside()
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
    // Every device with a link is known from the start on.
    linked: false,
    comesBack: false,
    since: clock.now(),
  })

  /** A device that this process does not know may be another node's, or about to be ours. */
  const unknown = (deviceId: string): AppError => {
    if (draining) return new AppError('shutting_down')
    if (asides.has(deviceId)) return isAside()
    if (own.serves(deviceId)) return new AppError('device_not_linked')
    return new AppError('not_ready', 'The device is on its way to another node', { retryAfterSeconds: 1 })
  }

  const endEach = (deviceIds: readonly string[], end: (device: DeviceSession) => Promise<void>) =>
    Promise.all(
      deviceIds.map(async (deviceId) => {
        const found = devices.get(deviceId)
        if (!found) return
        await end(found)
        if (devices.get(deviceId) === found) devices.delete(deviceId)
      }),
    )

  const bringUp = new BringUp(dependencies, { device, draining: () => draining })

  return {
    listen: (next) => {
      listener = next
    },
    async start() {
      if (!own.isShared) await bringUp.start()
      if (!config.whatsapp.watchdog || draining) return
      watchdog = setInterval(() => {
        for (const each of devices.values()) each.inspect(bounds)
      }, bounds.tickMs).unref()
    },
    async take(deviceIds, { connect }) {
      if (connect) await bringUp.take(deviceIds)
    },
    leave: async (deviceIds) => void (await endEach(deviceIds, (each) => each.handOver(handOverMs))),
    drop: async (deviceIds) => void (await endEach(deviceIds, (each) => each.abandon())),
    async aside(deviceId, task, take) {
      asides.add(deviceId)
      try {
        return await task()
      } finally {
        asides.delete(deviceId)
        if (!draining) await take()
      }
    },
    status: (deviceId) => devices.get(deviceId)?.status ?? unknownStatus(),
    statusOf(row) {
      const known = devices.get(row.id)
      if (known) return known.status
      const isElsewhere = own.isShared && row.owner && row.owner !== own.nodeId && own.isLive(row.owner)
      return isElsewhere ? remoteStatus(row, clock.now()) : unknownStatus()
    },
    find: (holds) => [...devices].flatMap(([id, each]) => (holds(each.status) ? [id] : [])),
    require(deviceId) {
      const found = devices.get(deviceId)
      if (!found) throw unknown(deviceId)
      return found.openSession
    },
    requireLink(deviceId) {
      const found = devices.get(deviceId)
      if (!found) throw unknown(deviceId)
      found.requireLink()
    },
    isResponsible: (deviceId) => devices.has(deviceId),
    lane: (deviceId) => devices.get(deviceId)?.lane ?? createDeviceLane(),
    fence: (deviceId) => devices.get(deviceId)?.fence() ?? own.fence(deviceId),
    account: (deviceId) => devices.get(deviceId)?.account,
    login: async (deviceId) => device(deviceId).login(),
    pairingCode: (deviceId) => devices.get(deviceId)?.pairingCode,
    loginCode: async (deviceId, phone) => device(deviceId).loginCode(phone),
    passkey: (deviceId) => devices.get(deviceId)?.passkey,
    answerPasskey: async (deviceId, assertion) => device(deviceId).answerPasskey(assertion),
    confirmPasskey: async (deviceId, same) => device(deviceId).confirmPasskey(same),
    reconnect: async (deviceId) => device(deviceId).reconnect(),
    reconnectAll: (waitMs) => bringUp.reconnectAll(waitMs),
    async registration(deviceId, phone) {
      const session = this.require(deviceId)
      return registrations.find(phone, (asked) => session.use('contacts').registrations([asked]))
    },
    async registrations(deviceId, phones) {
      const session = this.require(deviceId)
      const batch = config.whatsapp.registrationBatch
      return registrations.findMany(phones, batch, (asked) => session.use('contacts').registrations(asked))
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
    counts(of = () => true) {
      const counts: Record<string, number> = {}
      for (const [id, { stateName }] of devices) if (of(id)) counts[stateName] = (counts[stateName] ?? 0) + 1
      return counts
    },
    async drain(deadlineMs) {
      draining = true
      clearInterval(watchdog)
      await drainDevices(devices.values(), deadlineMs)
    },
  }
}
