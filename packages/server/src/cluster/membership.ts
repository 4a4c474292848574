import type { Logger } from '@switchboard/engine'
import type { Clock } from '../clock.ts'
import { DatabaseTaken, type NodeStore, nodeLifeMs } from '../storage/node-store.ts'
import type { NodeTable } from '../storage/schema.ts'

const beatMs = 2_000
/** The clocks of two nodes may then differ by twice as much. */
const skewSeconds = 20
/** Heartbeats that may be on their way at once: one that a slow database confirms late must not hold up the next. */
const mostBeats = 4
/** How often it is looked whether the time is up. */
const lookMs = 250
/** Clocks do not run alike: so much earlier than the database a node takes its time to be up. */
const marginMs = 500

interface MembershipParts {
  readonly nodes: NodeStore
  readonly clock: Clock
  readonly logger: Logger
  readonly nodeId: string
  readonly url: string
  readonly version: string
  /** The time is up: what it had may be another node's. Resolves when nothing of it is in memory. */
  readonly lost: () => Promise<void>
  /** It has a place again and may claim. */
  readonly joined: () => void
  /** Somebody wants it to give its devices away. */
  readonly drained: () => void
}

/** The place of this node among those that work with the database. It is lost when the database has not confirmed a heartbeat in time: by the own monotonic
 *  clock, from before the last confirmed heartbeat was sent, so that it is known here before anybody else can take over. */
export class Membership {
  readonly #parts: MembershipParts
  #validUntil = Number.NEGATIVE_INFINITY
  #has = false
  #state: NodeTable['state'] = 'active'
  readonly #beating = new Set<Promise<void>>()
  #joining: Promise<void> | undefined
  #timers: NodeJS.Timeout[] = []
  #stopped = false
  #forgetting = false
  /** How often the place was lost. */
  losses = 0

  constructor(parts: MembershipParts) {
    this.#parts = parts
  }

  /** What this node has is still its own: asked before anything is done with it. */
  get isValid(): boolean {
    return this.#has && this.#parts.clock.monotonic() < this.#validUntil
  }

  get state(): NodeTable['state'] {
    return this.#state
  }

  /** Takes a place, and keeps it until {@link stop}. @throws DatabaseTaken | SchemaTooNew */
  async start(): Promise<void> {
    await this.#join()
    this.#timers = [setInterval(() => this.#beatNow(), beatMs), setInterval(() => this.#look(), lookMs)].map((timer) =>
      timer.unref(),
    )
  }

  /** From here on this node takes nothing more, and the others see that. */
  async drain(): Promise<void> {
    this.#state = 'draining'
    await this.#parts.nodes.drain(this.#parts.nodeId)
  }

  /** Asks again at once what the node is to do. */
  refresh(): void {
    this.#beatNow()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const timer of this.#timers) clearInterval(timer)
    await Promise.all(this.#beating)
    await this.#parts.nodes.leave(this.#parts.nodeId)
    this.#has = false
  }

  #beatNow(): void {
    // Until it has forgotten what it had, it takes no place again.
    if (this.#stopped || this.#forgetting || this.#beating.size === mostBeats) return
    const beating = this.#beat()
      .catch((err: unknown) => {
        const taken = err instanceof DatabaseTaken
        this.#parts.logger.warn(
          taken ? {} : { err },
          taken ? 'a gateway that is alone has the database' : 'a heartbeat failed',
        )
      })
      .finally(() => this.#beating.delete(beating))
    this.#beating.add(beating)
  }

  async #beat(): Promise<void> {
    if (!this.#has) return this.#joinAgain()
    const { clock, nodes, nodeId } = this.#parts
    const { losses } = this
    const sentAt = clock.monotonic()
    const state = await nodes.heartbeat(nodeId)
    // It may have been lost while this was under way; then it begins anew.
    if (!this.#has || losses !== this.losses) return
    if (state === undefined) return this.#lose()
    this.#validUntil = Math.max(this.#validUntil, sentAt + nodeLifeMs - marginMs)
    if (state === 'draining' && this.#state === 'active') {
      this.#state = state
      this.#parts.drained()
    }
  }

  #joinAgain(): Promise<void> {
    this.#joining ??= this.#join().finally(() => {
      this.#joining = undefined
    })
    return this.#joining
  }

  async #join(): Promise<void> {
    const { clock, nodes, nodeId, url, version, joined } = this.#parts
    const sentAt = clock.monotonic()
    await nodes.join({ id: nodeId, url, version, state: this.#state })
    this.#validUntil = sentAt + nodeLifeMs - marginMs
    this.#has = true
    joined()
    await this.#compareClocks()
  }

  /** What nodes say to each other counts for a minute, by their own clocks. */
  async #compareClocks(): Promise<void> {
    const { clock, nodes, logger } = this.#parts
    const seconds = Math.round((clock.now() - (await nodes.now())) / 1000)
    if (Math.abs(seconds) < skewSeconds) return
    logger.warn(
      { seconds },
      'the clock of this machine differs from that of the database: other nodes may not hear this one',
    )
  }

  #look(): void {
    if (this.#has && !this.isValid && !this.#stopped) void this.#lose()
  }

  async #lose(): Promise<void> {
    if (!this.#has) return
    this.#has = false
    this.losses++
    this.#parts.logger.error(
      {},
      'this node was not heard in time: its devices may be others’ now, their connections are closed and everything about them is forgotten',
    )
    this.#forgetting = true
    await this.#parts.lost()
    this.#forgetting = false
    this.#beatNow()
  }
}
