import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '@switchboard/engine'
import { OneByOne } from '../one-by-one.ts'
import type { ClaimedDevice, DeviceLeaseStore } from '../storage/device-lease-store.ts'
import type { Ownership } from '../storage/fence.ts'
import type { NodeStore } from '../storage/node-store.ts'
import type { DeviceWork } from './device-work.ts'
import type { Membership } from './membership.ts'
import type { NodeNews } from './node-news.ts'
import { shareOf, surplusOf } from './share.ts'

/** How often it is looked whether devices are free. */
const lookMs = 1_000
/** How often it is looked whether this node has what it should have. */
const tidyMs = 5_000
/** Devices that a statement claims at once. */
const atOnce = 50
/** So many connections a second move away, over all reasons but the end of a node. */
const movesPerSecond = 5
/** What nobody else has taken for so long is taken by who sees it, whatever its share. */
const leftOverMs = 5_000
/** Devices that are given away at once when the node ends. */
const leavingAtOnce = 100

interface Held {
  readonly ownership: Ownership
  leaving: boolean
  /** Claimed, and not used since: the first who needs it takes this claim. */
  isFresh: boolean
  /** All parts of the gateway know of it. */
  isTaken: boolean
}

interface LeaseParts {
  readonly store: DeviceLeaseStore
  readonly nodes: NodeStore
  readonly membership: () => Membership
  readonly work: () => DeviceWork
  readonly news: NodeNews
  readonly nodeId: string
  readonly logger: Logger
}

/** The devices of this node. */
export class DeviceLeases {
  readonly #parts: LeaseParts
  readonly #held = new Map<string, Held>()
  readonly #alone = new OneByOne()
  readonly #timers: NodeJS.Timeout[] = []
  readonly #unsubscribe: (() => void)[] = []
  #looking: Promise<void> | undefined
  #tidying: Promise<void> | undefined
  #differs: ReadonlySet<string> = new Set()
  #lookAgain = false
  #freeSince: number | undefined
  /** The nodes among which devices were shared when it was looked last. */
  #sharers = ''
  #live: ReadonlySet<string> = new Set()
  #running = false
  /** Since the start: devices that were claimed, given away, and lost without being given away. */
  readonly counts = { claimed: 0, released: 0, lost: 0 }

  constructor(parts: LeaseParts) {
    this.#parts = parts
  }

  /** Claims what is free, from now on. */
  start(): void {
    this.#running = true
    this.#timers.push(
      setInterval(() => this.look(), lookMs).unref(),
      setInterval(() => this.#tidyNow(), tidyMs).unref(),
    )
    this.#unsubscribe.push(this.#parts.news.subscribe('devices_free', () => this.look()))
    this.look()
  }

  /** This node works with the device: asked before anything is done with it. */
  has(deviceId: string): boolean {
    return this.#held.has(deviceId) && this.#parts.membership().isValid
  }

  /** The same, and it is not about to be given away: asked before anything new is begun. */
  keeps(deviceId: string): boolean {
    return this.has(deviceId) && this.#held.get(deviceId)?.leaving === false
  }

  /** The same, and what must be known of it is known here: asked before anybody is answered about it. */
  serves(deviceId: string): boolean {
    return this.keeps(deviceId) && this.#held.get(deviceId)?.isTaken === true
  }

  ownership(deviceId: string): Ownership | undefined {
    return this.#held.get(deviceId)?.ownership
  }

  /** How many devices this node has. */
  get size(): number {
    return this.#held.size
  }

  /** Whether a node was alive a moment ago. */
  isLive(nodeId: string): boolean {
    return this.#live.has(nodeId)
  }

  /** Claims a device for who is about to work with it, anew unless the last claim was not used. @returns undefined when it is another node's or does not exist */
  claim(deviceId: string): Promise<Ownership | undefined> {
    return this.#alone.run(deviceId, async () => {
      const held = this.#held.get(deviceId)
      if (held?.leaving || !this.#parts.membership().isValid) return undefined
      // Another node takes it in a moment.
      if (!held && this.#parts.membership().state !== 'active') return undefined
      if (held?.isFresh) {
        held.isFresh = false
        return held.ownership
      }
      const { losses } = this.#parts.membership()
      const ownership = await this.#parts.store.claimOne(deviceId)
      const { isValid, losses: lossesNow } = this.#parts.membership()
      if (!ownership || !isValid || lossesNow !== losses) return undefined
      this.#held.set(deviceId, { ownership, leaving: false, isFresh: false, isTaken: held?.isTaken ?? false })
      if (held) return ownership
      this.counts.claimed++
      // Who claims it so connects it, too.
      await this.#takeOrRelease([deviceId], false)
      return ownership
    })
  }

  /** The fence refused: another node has the device, or it is gone. */
  forget(deviceId: string, ownership: Ownership): void {
    const held = this.#held.get(deviceId)
    // It may have been claimed again here since.
    if (!held || held.ownership.epoch !== ownership.epoch) return
    this.#held.delete(deviceId)
    this.counts.lost++
    void this.#parts.work().drop([deviceId])
  }

  /** Looks for free devices now. */
  look(): void {
    this.#lookAgain = true
    this.#looking ??= this.#look()
      .catch((err: unknown) => {
        if (this.#running) this.#parts.logger.warn({ err }, 'free devices could not be looked for')
      })
      .finally(() => {
        this.#looking = undefined
        if (this.#lookAgain && this.#running && this.#parts.membership().isValid) this.look()
      })
  }

  /** Everything may be others' by now. */
  async dropAll(): Promise<void> {
    const all = [...this.#held.keys()]
    this.#held.clear()
    this.counts.lost += all.length
    this.#parts.logger.warn({ devices: all.length }, 'the devices of this node were dropped')
    await this.#parts.work().drop(all)
  }

  /** Gives every device away, so many at once. */
  async drain(): Promise<void> {
    for (;;) {
      const some = [...this.#held].filter(([, { leaving }]) => !leaving).slice(0, leavingAtOnce)
      if (some.length === 0) return
      await this.#give(some.map(([id]) => id))
    }
  }

  async stop(): Promise<void> {
    this.#running = false
    for (const timer of this.#timers) clearInterval(timer)
    for (const end of this.#unsubscribe) end()
    await Promise.all([this.#looking, this.#tidying])
  }

  async #look(): Promise<void> {
    const { nodes, store, membership } = this.#parts
    this.#lookAgain = false
    const { live, dead } = await nodes.roll()
    this.#live = new Set(live.map(({ id }) => id))
    this.#lookWhenOver(Math.min(...live.map(({ lastsMs }) => lastsMs)))
    if (!this.#mayClaim || !(await store.anyFree(dead))) {
      this.#freeSince = undefined
      return
    }
    const active = live.filter(({ state }) => state === 'active').length
    const left = [await this.#claimShare(true, dead, active), await this.#claimShare(false, dead, active)]
    if (!membership().isValid) return
    this.#freeSince = left.includes(true) ? (this.#freeSince ?? performance.now()) : undefined
  }

  /** Looks in the moment in which a node counts as dead, unless it is heard again. */
  #lookWhenOver(lastsMs: number): void {
    if (lastsMs < lookMs) setTimeout(() => this.#running && this.look(), lastsMs + 1).unref()
  }

  get #mayClaim(): boolean {
    const membership = this.#parts.membership()
    return this.#running && membership.isValid && membership.state === 'active'
  }

  /** Claims up to the share of this node. @returns whether something is left for others */
  async #claimShare(sessions: boolean, dead: readonly string[], active: number): Promise<boolean> {
    const { store, membership } = this.#parts
    const { all, free, own } = await store.counts(dead, sessions)
    const isLeftOver = this.#freeSince !== undefined && performance.now() - this.#freeSince > leftOverMs
    let room = isLeftOver ? free : Math.min(free, shareOf(all, active) - own)
    const isLeft = room < free
    while (room > 0) {
      const { losses } = membership()
      const claimed = await store.claim(dead, { sessions, limit: Math.min(atOnce, room) })
      // A claim from before a loss is free again by now.
      if (claimed.length === 0 || !membership().isValid || membership().losses !== losses) return false
      if (!this.#mayClaim) {
        await store.release(claimed.map(({ deviceId }) => deviceId))
        return false
      }
      await this.#took(claimed, sessions)
      room -= claimed.length
    }
    return isLeft
  }

  async #took(claimed: readonly ClaimedDevice[], sessions: boolean): Promise<void> {
    const ids: string[] = []
    for (const { deviceId, ownership } of claimed) {
      // Somebody here may have needed it in this very moment, and have claimed it once more.
      if (this.#held.has(deviceId)) continue
      this.#held.set(deviceId, { ownership, leaving: false, isFresh: true, isTaken: false })
      ids.push(deviceId)
    }
    if (ids.length === 0) return
    this.counts.claimed += ids.length
    this.#parts.logger.info({ devices: ids.length, linked: sessions }, 'this node has more devices')
    await this.#takeOrRelease(ids, sessions)
  }

  async #takeOrRelease(deviceIds: readonly string[], connect: boolean): Promise<void> {
    const { work, store } = this.#parts
    try {
      await work().take(deviceIds, { connect })
    } catch (error) {
      // Others, or this node itself, try again.
      for (const id of deviceIds) this.#held.delete(id)
      await work().drop(deviceIds)
      await store.release(deviceIds)
      throw error
    }
    for (const id of deviceIds) {
      const held = this.#held.get(id)
      if (held) held.isTaken = true
    }
  }

  #tidyNow(): void {
    this.#tidying ??= this.#tidy().finally(() => {
      this.#tidying = undefined
    })
  }

  async #tidy(): Promise<void> {
    try {
      if (this.#running && this.#parts.membership().isValid) await this.#compare()
      if (this.#mayClaim) await this.#balance()
    } catch (err) {
      if (this.#running) this.#parts.logger.warn({ err }, 'the share of this node could not be looked at')
    }
  }

  /** Whatever an error has left: a claim that was stored and not heard of is given back, and what is another node's, or was deleted, is dropped. What is
   *  on its way just now is seen so once, and not twice. */
  async #compare(): Promise<void> {
    const { store, work } = this.#parts
    const stored = await store.own()
    const differs = new Set([
      ...[...stored].filter((id) => !this.#held.has(id)),
      ...[...this.#held.keys()].filter((id) => !stored.has(id)),
    ])
    const again = [...differs].filter((id) => this.#differs.has(id))
    this.#differs = differs
    if (again.length === 0) return
    const gone = again.filter((id) => this.#held.delete(id))
    if (gone.length > 0) await work().drop(gone)
    const unknown = again.filter((id) => stored.has(id))
    if (unknown.length > 0) await store.release(unknown)
  }

  /** Gives away what is more than the share, a few a second. Not as long as nodes come and go, or devices wait for one: then all have better things to do. */
  async #balance(): Promise<void> {
    const { nodes, store, nodeId, logger } = this.#parts
    const live = (await nodes.live()).filter(({ state }) => state === 'active')
    const sharers = live.map(({ id }) => id).join()
    const isCalm = sharers === this.#sharers && this.#freeSince === undefined
    this.#sharers = sharers
    if (!isCalm) return
    const all = live.reduce((sum, { sessions }) => sum + sessions, 0)
    const own = live.find(({ id }) => id === nodeId)?.sessions ?? 0
    const surplus = surplusOf(own, all, live.length)
    if (surplus === 0) return
    const some = await store.someSessions(Math.min(surplus, (movesPerSecond * tidyMs) / 1_000))
    const movable = some.filter((id) => this.keeps(id))
    logger.info({ devices: movable.length, of: surplus }, 'this node has more than its share: devices move')
    for (let at = 0; at < movable.length && this.#mayClaim; at += movesPerSecond) {
      await Promise.all([this.#give(movable.slice(at, at + movesPerSecond)), sleep(1_000, undefined, { ref: false })])
    }
  }

  async #give(deviceIds: readonly string[]): Promise<void> {
    const { work, store, news, membership } = this.#parts
    for (const id of deviceIds) {
      const held = this.#held.get(id)
      if (held) held.leaving = true
    }
    await work().leave(deviceIds)
    const still = deviceIds.filter((id) => this.#held.delete(id))
    if (still.length === 0 || !membership().isValid) return
    await store.release(still)
    this.counts.released += still.length
    news.publish('devices_free', { count: still.length })
  }
}
