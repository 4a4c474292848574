import { type Clock, createAgeClock } from '../clock.ts'
import type { Appended } from '../eventlog/event-log.ts'
import { within } from '../sessions/within.ts'
import type { DeliveryLog } from '../storage/delivery-log.ts'
import type { DeliveryStore } from '../storage/delivery-store.ts'
import type { DeliveryUpkeep } from '../storage/delivery-upkeep.ts'
import { apiKeyOf, type Scope } from '../storage/scope.ts'
import type { WebhookStore } from '../storage/webhook-store.ts'
import { AttemptStore } from './attempt-store.ts'
import { Deliverer } from './deliverer.ts'
import type { Target, WebhookDirectory } from './directory.ts'
import { Former } from './formed-request.ts'
import { Lane } from './lane.ts'
import { LaneReader } from './lane-reader.ts'
import { createOutbound, type Outbound } from './outbound.ts'
import { ProgressWriter } from './progress-writer.ts'
import { Scheduler } from './scheduler.ts'
import { TestPings } from './test-pings.ts'
import type { WebhooksOptions } from './webhooks-options.ts'

export interface EngineOptions extends WebhooksOptions {
  readonly clock: Clock
  readonly deliveries: DeliveryStore
  readonly deliveryLog: DeliveryLog
  readonly upkeep: DeliveryUpkeep
  readonly webhooks: WebhookStore
  readonly directory: WebhookDirectory
}

/** WEBHOOK_WORKERS stands for so many attempts in flight each: 4 workers, the default, make 256. */
const attemptsPerWorker = 64
const userAgent = 'Switchboard-Webhooks/1.0'
const perTenant = 32
const perEndpoint = 8
/** Tests wait for nothing but each other. */
const testsAtOnce = { total: 64, perTenant: 16, perWebhook: 2 }
/** How often the database is asked for waiting deliveries that are not known here, such as those that another process planned. */
const sweepMs = 30_000
/** How long results wait for each other at most before they are written: what a crash may make arrive twice. */
const gatherMs = 1000
/** Lanes without work that are remembered, so that what comes next for them costs no read. Half a kilobyte each. */
const mostResting = 10_000
/** For so long attempts in flight are waited for when their device moves to another node. */
const leaveMs = 5_000
const purgeMs = 60 * 60 * 1000
const dayMs = 24 * 60 * 60 * 1000

const laneName = (webhookId: number, deviceId: string): string => `${webhookId} ${deviceId}`

/** Keeps every lane with work going. The truth is in the database; what is here can be lost at any moment. */
export class DeliveryEngine {
  readonly #options: EngineOptions
  readonly #outbound: Outbound
  readonly #progress: ProgressWriter
  readonly #reader: LaneReader
  readonly #deliverer: Deliverer
  readonly #scheduler: Scheduler
  readonly #tests = new TestPings(testsAtOnce)
  /** By webhook and device. */
  readonly #lanes = new Map<string, Lane>()
  /** Those of them that have no work, the longest resting first. */
  readonly #resting = new Set<Lane>()
  readonly #stopping: (() => void)[] = []
  readonly #age: () => number
  #running = false
  #sweeping: Promise<void> | undefined
  #sweepAgain = false

  constructor(options: EngineOptions) {
    this.#options = options
    this.#age = createAgeClock(options.clock)
    const { config, clock } = options
    const total = config.webhooks.workers * attemptsPerWorker
    this.#outbound = createOutbound({
      allowPrivateNetworks: config.webhooks.allowPrivateNetworks,
      // An origin may be shared by tenants: what one of them keeps busy must not be missing for another, nor for a test.
      connectionsPerOrigin: total + testsAtOnce.total,
      connectTimeoutMs: 10_000,
      // With a new connection for each event, most of what an event costs is the handshake.
      keptOpenMs: 30_000,
      proxy: config.outboundProxy,
    })
    this.#progress = new ProgressWriter({
      database: options.database,
      deliveries: options.deliveries,
      log: options.deliveryLog,
      delayMs: gatherMs,
      failed: (error) => this.#deliverer.complain(error),
    })
    this.#reader = new LaneReader(options.deliveries, this.#progress)
    this.#deliverer = new Deliverer({
      ...options,
      outbound: this.#outbound,
      progress: this.#progress,
      reader: this.#reader,
      attempts: new AttemptStore({ ...options, retryLimit: config.webhooks.retryLimit }),
      former: new Former({
        account: options.account ?? (() => undefined),
        fileOf: options.fileOf ?? (async () => undefined),
        userAgent,
      }),
      userAgent,
      timeoutMs: options.attemptTimeoutMs ?? 15_000,
      retryLimit: config.webhooks.retryLimit,
    })
    this.#scheduler = new Scheduler({
      limits: { total, perTenant, perEndpoint },
      clock,
      tickMs: options.tickMs ?? 1000,
      turn: (lane) => this.#deliverer.turn(lane),
      idle: (lane) => this.#idle(lane),
    })
  }

  /** Takes up what was left waiting, and whatever comes from now on. */
  async start(): Promise<void> {
    await this.#options.webhooks.openAll()
    await this.#options.deliveryLog.open()
    if (!this.#options.config.webhooks.enabled) return
    this.#running = true
    // Before it listens to anything: when the database is away just now, this may be begun again.
    await this.#sweep()
    const told = (deviceId: string, appended?: Appended) =>
      void (appended ? this.#appended(appended) : this.#wake(deviceId))
    this.#stopping.push(this.#options.eventLog.onCommitted(told))
    this.#every(sweepMs, () => this.#sweep())
    this.#every(purgeMs, () => this.#purge())
  }

  async stop(deadlineMs: number): Promise<void> {
    this.#running = false
    for (const stop of this.#stopping.splice(0)) stop()
    const deadline = setTimeout(() => {
      this.#deliverer.end()
      void this.#outbound.close()
    }, deadlineMs)
    await Promise.all([this.#scheduler.stop(), this.#tests.stop()])
    clearTimeout(deadline)
    await this.#progress.stop()
    await this.#outbound.close()
  }

  /** This node has these devices from now on: it looks for what waits. */
  async take(deviceIds: readonly string[]): Promise<void> {
    for (const deviceId of deviceIds) this.#options.directory.forget(deviceId)
    if (!this.#running) return
    this.#sweepAgain = true
    this.#sweeping ??= this.#sweepUntilDone().finally(() => {
      this.#sweeping = undefined
    })
  }

  /** Lets attempts in flight for devices finish (bounded), writes what came of them, and forgets the rest. */
  async leave(deviceIds: readonly string[]): Promise<void> {
    const lanes = this.#lanesOf(deviceIds)
    await within(Promise.all(lanes.map((lane) => this.#scheduler.rests(lane))), leaveMs)
    await this.#progress.flush()
    this.drop(deviceIds)
  }

  /** Forgets devices that are another node's. */
  drop(deviceIds: readonly string[]): void {
    const lanes = this.#lanesOf(deviceIds)
    this.#progress.forget(lanes)
    for (const lane of lanes) {
      this.#reader.clear(lane)
      this.#resting.delete(lane)
      this.#lanes.delete(laneName(lane.webhookId, lane.deviceId))
    }
  }

  #lanesOf(deviceIds: readonly string[]): Lane[] {
    const wanted = new Set(deviceIds)
    return [...this.#lanes.values()].filter(({ deviceId }) => wanted.has(deviceId))
  }

  async #sweepUntilDone(): Promise<void> {
    while (this.#sweepAgain) {
      this.#sweepAgain = false
      await this.#sweep().catch((error) => this.#options.log.error({ err: error }, 'what waits could not be read'))
    }
  }

  /** Writes what was delivered so far, for somebody who asks. */
  async settled(): Promise<void> {
    await this.#progress.flush()
  }

  /** Webhooks of a device or an API key were made, changed or removed; the one that is named is tried again at once. */
  changed(scope: Scope, webhookId?: number): void {
    const apiKeyId = apiKeyOf(scope)
    this.#options.directory.forget(scope)
    for (const lane of this.#resting) {
      if (apiKeyId === undefined ? lane.deviceId === scope : lane.tenant === apiKeyId) {
        if (lane.isNeeded) lane.rewind = true
        else this.#forget(lane)
      }
    }
    if (apiKeyId === undefined) void this.#wake(scope, webhookId)
    else if (webhookId !== undefined) this.retryNow(scope, webhookId)
  }

  /** Something old of a webhook was put up for delivery, or a person wants it tried now. @param deviceId the only device that this is about */
  retryNow(scope: Scope, webhookId: number, deviceId = apiKeyOf(scope) === undefined ? scope : undefined): void {
    void (deviceId === undefined ? this.#wakeAll(webhookId) : this.#wake(deviceId, webhookId))
  }

  /** Appends a test and delivers it at once: what waits for its webhook, and what is under way there, is not before it. */
  async test(deviceId: string, webhookId: number, eventId: string, append: () => Promise<void>): Promise<void> {
    const mayDeliver = this.#running && this.#options.own.keeps(deviceId)
    const target = mayDeliver ? (await this.#options.directory.of(deviceId)).get(webhookId) : undefined
    if (!target) return append()
    const lane = this.#lane(target, deviceId)
    lane.aside.add(eventId)
    try {
      await append()
    } catch (error) {
      lane.aside.delete(eventId)
      throw error
    }
    const run = () => this.#deliverTest(lane, eventId)
    this.#tests.start({ tenant: target.apiKeyId, webhook: webhookId, run })
  }

  async #deliverTest(lane: Lane, eventId: string): Promise<void> {
    const outcome = await this.#deliverer.aside(lane, eventId)
    lane.aside.delete(eventId)
    if (outcome === 'delivered') this.#scheduler.delivered(lane)
    else {
      // It takes its place among what waits.
      lane.rewind = true
      lane.delivered = false
    }
    if (this.#running && lane.hasWork) this.#enqueue(lane)
  }

  /** Tells the lanes of a device what was appended. A webhook that has neither a lane nor a delivery among it has nothing to learn. */
  async #appended(appended: Appended): Promise<void> {
    if (!this.#running || !this.#options.own.keeps(appended.deviceId)) return
    try {
      const told = new Set(appended.deliveries.map(({ webhookId }) => webhookId))
      if (appended.single) told.add(appended.single.webhookId)
      for (const target of (await this.#options.directory.of(appended.deviceId)).values()) {
        if (!told.has(target.id) && !this.#lanes.has(laneName(target.id, appended.deviceId))) continue
        const lane = this.#lane(target, appended.deviceId)
        this.#reader.take(lane, appended)
        this.#scheduler.tryEarly(lane)
        if (lane.hasWork) this.#enqueue(lane)
      }
    } catch (error) {
      this.#unread(appended.deviceId, error)
    }
  }

  #enqueue(lane: Lane): void {
    this.#resting.delete(lane)
    this.#scheduler.enqueue(lane, lane.hurry)
  }

  /** Lets the lanes of a device look for work. The one that is named starts over and does not wait out its pause. */
  async #wake(deviceId: string, hurried?: number): Promise<void> {
    if (!this.#running || !this.#options.own.keeps(deviceId)) return
    try {
      for (const target of (await this.#options.directory.of(deviceId)).values()) {
        const lane = this.#lane(target, deviceId)
        lane.wake(lane.webhookId === hurried)
        this.#enqueue(lane)
      }
    } catch (error) {
      this.#unread(deviceId, error)
    }
  }

  /** The same for each device of which something waits for this webhook. */
  async #wakeAll(webhookId: number): Promise<void> {
    try {
      const waiting = await this.#options.deliveries.waiting(webhookId)
      for (const { deviceId } of waiting) await this.#wake(deviceId, webhookId)
    } catch (error) {
      if (this.#running) this.#options.log.error({ err: error, webhook: webhookId }, 'what waits could not be read')
    }
  }

  #unread(device: string, error: unknown): void {
    if (this.#running) this.#options.log.error({ err: error, device }, 'webhooks of a device could not be read')
  }

  #lane(target: Target, deviceId: string): Lane {
    const name = laneName(target.id, deviceId)
    const known = this.#lanes.get(name)
    if (known) return known
    const made = new Lane(target, deviceId)
    this.#lanes.set(name, made)
    return made
  }

  #idle(lane: Lane): void {
    if (lane.hasWork) {
      this.#enqueue(lane)
      return
    }
    this.#resting.add(lane)
    const [oldest] = this.#resting
    if (oldest && this.#resting.size > mostResting) this.#forget(oldest)
  }

  #forget(lane: Lane): void {
    if (lane.isNeeded) return
    this.#resting.delete(lane)
    this.#lanes.delete(laneName(lane.webhookId, lane.deviceId))
  }

  async #sweep(): Promise<void> {
    const { deliveries } = this.#options
    await deliveries.openMissing()
    // What is delivered must not be found waiting.
    if (!(await this.#progress.flush())) return
    const devices = new Set<string>()
    for (const { webhookId, deviceId, last } of await deliveries.waiting()) {
      const lane = this.#lanes.get(laneName(webhookId, deviceId))
      if (lane && this.#resting.has(lane)) {
        // It has looked at all of it, and none of that was for it.
        if (lane.plan && lane.place >= last) {
          this.#progress.touch(lane)
          continue
        }
        // It believes that nothing waits: it must read from the start.
        this.#forget(lane)
      }
      devices.add(deviceId)
    }
    for (const deviceId of devices) await this.#wake(deviceId)
  }

  async #purge(): Promise<void> {
    if (!(await (this.#options.mayPurge?.() ?? true))) return
    const now = this.#age()
    // A node that died leaves a journal.
    if (this.#options.own.isShared) await this.#options.deliveryLog.open()
    const standard = now - this.#options.config.webhooks.retentionDays * dayMs
    await this.#options.upkeep.purge((await this.#options.logCutoffs?.(now)) ?? standard, now)
  }

  #every(ms: number, task: () => Promise<void>): void {
    const run = () => task().catch((error) => this.#options.log.error({ err: error }, 'upkeep of webhooks failed'))
    const timer = setInterval(run, ms).unref()
    this.#stopping.push(() => clearInterval(timer))
  }
}
