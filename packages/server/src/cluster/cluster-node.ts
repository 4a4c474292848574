import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '@switchboard/engine'
import type { Clock } from '../clock.ts'
import { ConfigError } from '../config/config-error.ts'
import type { NodeFigures } from '../observe/metrics.ts'
import { noteChange } from '../observe/note-change.ts'
import type { Database } from '../storage/database.ts'
import { DeviceLeaseStore } from '../storage/device-lease-store.ts'
import { LeaseStore } from '../storage/lease-store.ts'
import { DatabaseTaken, type NodeRow, NodeStore, SchemaTooNew } from '../storage/node-store.ts'
import { DeviceLeases } from './device-leases.ts'
import type { DeviceWork } from './device-work.ts'
import { fencedDatabase } from './fenced-database.ts'
import { leasedDevices } from './leased-devices.ts'
import { Membership } from './membership.ts'
import type { NodeNews } from './node-news.ts'
import type { OwnDevices } from './own-devices.ts'
import { proveShared, type SharedFolder } from './prove-shared.ts'

const retryMs = 500

export interface ClusterNodeParts {
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly nodeId: string
  readonly url: string
  readonly version: string
  readonly news: NodeNews
  /** Where files are that every node needs. */
  readonly sharedDir: string
}

/** Before services are there, there is no work either. */
const noWork: DeviceWork = { take: async () => {}, leave: async () => {}, drop: async () => {} }

/** This gateway as one of several: its place, its devices, and the database as it may write to it. */
export class ClusterNode {
  readonly #parts: ClusterNodeParts
  readonly #nodes: NodeStore
  readonly #leases: LeaseStore
  readonly #membership: Membership
  readonly #devices: DeviceLeases
  #shared: SharedFolder | undefined
  #work = noWork
  #draining: Promise<void> | undefined
  #unsubscribe: () => void = () => {}
  readonly database: Database
  readonly own: OwnDevices

  constructor(parts: ClusterNodeParts) {
    const { database, clock, logger, nodeId, url, version, news } = parts
    this.#parts = parts
    this.#nodes = new NodeStore(database)
    this.#leases = new LeaseStore(database)
    this.#membership = new Membership({
      ...{ nodes: this.#nodes, clock, logger, nodeId, url, version },
      lost: () => this.#devices.dropAll(),
      joined: () => this.#devices.look(),
      drained: () => void this.drain(),
    })
    this.#devices = new DeviceLeases({
      ...{ nodes: this.#nodes, news, nodeId, logger },
      store: new DeviceLeaseStore(database, nodeId),
      membership: () => this.#membership,
      work: () => this.#work,
    })
    this.database = fencedDatabase(
      database,
      () => this.#membership,
      () => this.#devices,
    )
    this.own = leasedDevices(this.database, nodeId, this.#devices)
  }

  /** Takes a place among the nodes, once no gateway has the database to itself. @throws ConfigError @param waits called once when there is one */
  async join(waits: () => void): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await this.#membership.start()
        break
      } catch (error) {
        if (error instanceof SchemaTooNew) {
          throw new ConfigError(
            'WHATSAPP_DATASTORE_URI: a newer version has changed this database; allowed is a gateway no older than that',
          )
        }
        if (!(error instanceof DatabaseTaken)) throw error
        if (attempt === 0) waits()
        await sleep(retryMs)
      }
    }
    const { nodeId, sharedDir } = this.#parts
    this.#shared = await proveShared(sharedDir, nodeId, await this.others())
  }

  /** Claims devices for this work from now on. */
  start(work: DeviceWork): void {
    this.#work = work
    this.#devices.start()
    this.#unsubscribe = this.#parts.news.subscribe('node_drain', ({ nodeId }) => {
      if (nodeId === this.#parts.nodeId) this.#membership.refresh()
    })
  }

  /** Whether this node does something that one node does for all. */
  async does(name: string): Promise<boolean> {
    if (!this.#membership.isValid || this.#membership.state !== 'active') return false
    return (await this.#leases.take(name, this.#parts.nodeId)) !== undefined
  }

  live(): Promise<NodeRow[]> {
    return this.#nodes.live()
  }

  /** The ids of the other nodes that are alive. */
  async others(): Promise<string[]> {
    const { live } = await this.#nodes.roll()
    return live.map(({ id }) => id).filter((id) => id !== this.#parts.nodeId)
  }

  /** Asks a node to give its devices to the others. @throws AppError node_not_found | last_node */
  async drainNode(nodeId: string): Promise<void> {
    const { database, clock } = this.#parts
    const entry = { action: 'node.drain_requested', target: nodeId, at: clock.now(), otherwise: 'system' }
    await this.#nodes.askToDrain(nodeId, [noteChange(database, entry)])
    this.#parts.news.publish('node_drain', { nodeId })
  }

  /** Gives its devices to others, and takes none from here on. Resolves when it has none. */
  drain(): Promise<void> {
    this.#draining ??= this.#drain()
    return this.#draining
  }

  /** Gives its place up. When the database does not answer, its time runs out instead. */
  async stop(): Promise<void> {
    this.#unsubscribe()
    await this.#devices.stop()
    await this.#shared?.leave()
    await this.#membership.stop().catch((err: unknown) => {
      this.#parts.logger.warn({ err }, 'this node could not give its place up')
    })
  }

  async measure(): Promise<NodeFigures> {
    const { live } = await this.#nodes.roll()
    return { live: live.length, devices: this.#devices.size, ...this.#devices.counts, losses: this.#membership.losses }
  }

  async #drain(): Promise<void> {
    const { logger } = this.#parts
    logger.info({ devices: this.#devices.size }, 'this node gives its devices to others')
    try {
      await this.#membership.drain()
      await this.#devices.drain()
    } catch (err) {
      logger.error({ err }, 'devices could not be given away; others take them when this node has ended')
    }
  }
}
